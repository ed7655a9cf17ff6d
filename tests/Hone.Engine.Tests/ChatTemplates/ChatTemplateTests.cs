using System.Text.Json;
using Hone.Engine.ChatTemplates;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.ChatTemplates;

public sealed class ChatTemplateTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-template-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_template_and_its_tokens_come_from_tokenizer_config()
    {
        Write(
            "tokenizer_config.json",
            """{"bos_token": {"content": "<b>"}, "eos_token": "<e>", "chat_template": "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}"}"""
        );

        Load().Render(Hello(), false).Text.ShouldBe("<b>Hello<e>");
    }

    [Fact]
    public void A_file_of_its_own_goes_first()
    {
        Write("tokenizer_config.json", """{"chat_template": "config"}""");
        Write("chat_template.jinja", "file");

        Load().Render(Hello(), false).Text.ShouldBe("file");
    }

    [Fact]
    public void Named_templates_are_chosen_by_whether_there_are_tools()
    {
        Write("tokenizer_config.json", """{"chat_template": [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "tools"}]}""");
        JsonElement tools = JsonDocument.Parse("""[{"type": "function", "function": {"name": "f"}}]""").RootElement;

        Load().Render(Hello(), false).Text.ShouldBe("plain");
        Load().Render(Hello() with { Tools = tools }, false).Text.ShouldBe("tools");
    }

    [Fact]
    public void A_model_without_template_gets_chatml_or_plain_lines()
    {
        ChatTemplate chatMl = ChatTemplate.Load(_folder, token => token == "<|im_start|>");
        ChatTemplate plain = ChatTemplate.Load(_folder, _ => false, "</s>");

        chatMl.IsDefault.ShouldBeTrue();
        chatMl.Render(Hello(), true).Text.ShouldBe("<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n");
        plain.Render(Hello(), true).Text.ShouldBe("User: Hello\nAssistant:");
    }

    [Fact]
    public void The_built_in_model_writes_conversations_as_the_plain_default_does()
    {
        string folder = Path.Combine(ParityFolder.RepositoryRoot()!, "models", "hone-nano");

        ChatTemplate.Load(folder, _ => false).Source.ShouldBe(DefaultTemplates.Plain);
    }

    [Theory]
    [InlineData("<|im_start|>", "<|im_start|>system\nBe kind.\n\nYou can call ", "<|im_start|>assistant\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}<|im_end|>\n<|im_start|>tool\n5<|im_end|>\n")]
    [InlineData("", "System: Be kind.\nYou can call ", "Assistant: {\"name\": \"f\", \"arguments\": {\"a\": 1}}</s>\nTool: 5\n")]
    public void The_defaults_write_tools_and_calls(string token, string start, string end)
    {
        JsonElement tools = JsonDocument.Parse("""[{"type": "function", "function": {"name": "f"}}]""").RootElement;
        ChatMessage call = new("assistant", "") { ToolCalls = [new ToolCall("1", "f", """{"a": 1}""")] };
        Conversation conversation = new([new("system", "Be kind."), new("user", "Q"), call, new("tool", "5") { ToolCallId = "1" }], tools);

        string text = ChatTemplate.Load(_folder, known => known == token, "</s>").Render(conversation, false).Text;

        text.ShouldStartWith(start);
        text.ShouldContain("""{"name": "f"}""");
        text.ShouldEndWith(end);
    }

    [Fact]
    public void Arguments_in_openai_format_become_the_object_that_templates_expect()
    {
        Write("chat_template.jinja", "{% for m in messages %}{% for c in m.tool_calls %}{{ c.function.arguments.city }}|{{ c.function.arguments | tojson }}{% endfor %}{% endfor %}");
        ChatMessage call = new("assistant", "") { ToolCalls = [new ToolCall("1", "f", """{"city":"巴黎","n":1.0}""")] };

        Load().Render(new Conversation([call]), false).Text.ShouldBe("""巴黎|{"city": "巴黎", "n": 1.0}""");
    }

    [Fact]
    public void Developer_and_function_are_system_and_tool_to_a_template_that_does_not_know_them()
    {
        Write("chat_template.jinja", "{% for m in messages %}{{ m.role }} {% endfor %}");

        Load().Render(new Conversation([new("developer", "a"), new("function", "b")]), false).Text.ShouldBe("system tool ");
    }

    [Fact]
    public void What_a_template_refuses_is_said_with_its_reason()
    {
        Write("chat_template.jinja", "{{ raise_exception('System role not supported') }}");

        Should.Throw<HoneException>(() => Load().Render(Hello(), false)).Message.ShouldBe("The chat template stops at its line 1: System role not supported");
    }

    [Fact]
    public void The_date_comes_from_the_clock()
    {
        Write("chat_template.jinja", "{{ strftime_now('%d %b %Y') }}");

        Load().Render(Hello(), false, new FixedClock()).Text.ShouldBe("26 Jul 2024");
    }

    [Fact]
    public void A_damaged_configuration_is_named()
    {
        Write("tokenizer_config.json", "{");

        Should.Throw<HoneException>(() => Load()).Message.ShouldContain("tokenizer_config.json");
    }

    ChatTemplate Load() => ChatTemplate.Load(_folder, _ => false);

    void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    static Conversation Hello() => new([new ChatMessage("user", "Hello")]);

    sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2024, 7, 26, 12, 0, 0, TimeSpan.Zero);

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
