using System.Text.Json;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Generation.Constraints;
using Hone.Engine.Tests.Generation.Constraints;
using Hone.Engine.Tokenizers;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.ChatTemplates;

public sealed class ToolCallFormatTests
{
    const string Tagged = """
        {%- if tools %}{{- '<|im_start|>system\n' }}{%- for tool in tools %}{{- tool | tojson + '\n' }}{%- endfor %}{{- '<|im_end|>\n' }}{%- endif %}
        {%- for message in messages %}{{- '<|im_start|>' + message.role + '\n' + (message.content or '') }}
        {%- if message.tool_calls %}{%- for call in message.tool_calls %}{{- '\n' if message.content or not loop.first }}
        {{- '<tool_call>\n{"name": "' + call.function.name + '", "arguments": ' }}{{- call.function.arguments | tojson }}{{- '}\n</tool_call>' }}{%- endfor %}{%- endif %}
        {{- '<|im_end|>\n' }}{%- endfor %}
        {%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}
        """;

    const string Listed = """
        {%- if tools %}{{- tools | tojson + '\n' }}{%- endif %}{%- for message in messages %}{{- message.role + ': ' }}
        {%- if message.tool_calls %}{{- 'CALLS [' }}{%- for call in message.tool_calls %}{{- '{"name": "' + call.function.name + '", "parameters": ' + call.function.arguments | tojson + '}' }}{{- ', ' if not loop.last }}{%- endfor %}{{- ']' }}
        {%- else %}{{- message.content }}{%- endif %}{{- '<|im_end|>' }}{%- endfor %}{%- if add_generation_prompt %}{{- 'assistant: ' }}{%- endif %}
        """;

    const string Single = """
        {%- if tools %}{{- tools | tojson + '\n' }}{%- endif %}{%- for message in messages %}{{- message.role + ': ' }}
        {%- if message.tool_calls %}{%- if message.tool_calls | length != 1 %}{{- raise_exception('One call at a time.') }}{%- endif %}
        {{- '{"name": "' + message.tool_calls[0].function.name + '", "parameters": ' + message.tool_calls[0].function.arguments | tojson + '}' }}
        {%- else %}{{- message.content }}{%- endif %}{{- '<|im_end|>' }}{%- endfor %}{%- if add_generation_prompt %}{{- 'assistant: ' }}{%- endif %}
        """;

    public static TheoryData<string> Templates => ["", Tagged, Listed, Single];

    [Fact]
    public void The_format_is_found_in_the_template()
    {
        Of(Tagged).ShouldBe(new ToolCallFormat("<tool_call>\n{\"name\": \"", "\", \"arguments\": ", "}\n</tool_call>", "\n<tool_call>\n{\"name\": \"", "", "<tool_call>"));
        Of(Listed).ShouldBe(new ToolCallFormat("CALLS [{\"name\": \"", "\", \"parameters\": ", "}", ", {\"name\": \"", "]", Tag: null));
        Of(Single).ShouldBe(new ToolCallFormat("{\"name\": \"", "\", \"parameters\": ", "}", Separator: null, "", Tag: null));
        Of("").ShouldBe(new ToolCallFormat("{\"name\": \"", "\", \"arguments\": ", "}", "\n{\"name\": \"", "", Tag: null));
    }

    [Fact]
    public void A_template_without_calls_or_with_ids_has_no_format()
    {
        Of("{{ messages[0].content }}").ShouldBeNull();
        Of(Listed.Replace("'{\"name\"", "'{\"id\": \"' + call.id + '\", \"name\"", StringComparison.Ordinal)).ShouldBeNull();
    }

    [Theory, MemberData(nameof(Templates))]
    public void Whatever_is_written_is_read_as_words_or_as_calls_with_fitting_arguments(string template)
    {
        ToolCallFormat format = Of(template)!;
        using var schema = JsonDocument.Parse("""{"type":"object","properties":{"a":{"type":"string","maxLength":6},"b":{"type":"array","items":{"type":"integer","maximum":9,"minimum":0},"maxItems":2}},"required":["a","b"],"additionalProperties":false}""");
        CallableTool[] tools = [new("first", schema.RootElement, IsStrict: true), new("second-tool", null, IsStrict: false)];
        int calls = 0, words = 0;

        foreach (bool mustCall in (bool[])[true, false])
        {
            TextConstraint constraint = ToolCallConstraint.Create(format, tools, mustCall, mayCallSeveral: true, words: null, RandomWriter.Vocabulary("qwen2-style").Vocabulary);
            for (int seed = 0; seed < 15; seed++)
            {
                (string text, bool hasEnded) = RandomWriter.Write(constraint, "qwen2-style", new Random(seed), maxTokens: 400);
                if (!hasEnded)
                    continue;
                (string content, List<(string Name, string Arguments)> found) = Read(format, text, seed);
                foreach ((string name, string arguments) in found)
                {
                    using var value = JsonDocument.Parse(arguments);
                    name.ShouldBeOneOf("first", "second-tool");
                    if (name == "first")
                        SlowValidator.Fits(value.RootElement, schema.RootElement, schema.RootElement).ShouldBeTrue(arguments);
                    else
                        arguments.ShouldBe("{}");
                }

                if (mustCall)
                    (found.Count > 0 && content.Length == 0).ShouldBeTrue(text);
                calls += found.Count;
                words += content.Length > 0 ? 1 : 0;
            }
        }

        calls.ShouldBeGreaterThan(5);
        words.ShouldBeGreaterThan(5);
    }

    [Theory, MemberData(nameof(Templates))]
    public void Words_and_calls_are_told_apart_wherever_the_text_is_cut(string template)
    {
        ToolCallFormat format = Of(template)!;
        string one = "first" + format.Between + """{"a": "}\"]", "b": [1]}""" + format.After;
        string text = (format.Tag is null ? "" : "Let me see.\n") + format.Before.TrimStart() + one + (format.Separator is null ? "" : format.Separator + one) + format.End;

        for (int seed = 0; seed < 50; seed++)
        {
            (string content, List<(string Name, string Arguments)> calls) = Read(format, text, seed);
            content.ShouldBe(format.Tag is null ? "" : "Let me see.");
            calls.ShouldBe(Enumerable.Repeat(("first", """{"a": "}\"]", "b": [1]}"""), format.Separator is null ? 1 : 2));
        }

        string words = "I would say <tool or {\"name\" and nothing else. ";
        Read(format, words, 1).Content.ShouldBe(words);
    }

    static (string Content, List<(string Name, string Arguments)> Calls) Read(ToolCallFormat format, string text, int seed)
    {
        var reader = new ToolCallReader(format);
        var random = new Random(seed);
        string content = "";
        var calls = new List<(string Name, string Arguments)>();
        for (int at = 0; at <= text.Length;)
        {
            int length = Math.Min(text.Length - at, random.Next(1, 9));
            foreach (AnswerPart part in reader.Add(text.Substring(at, length), isLast: at + length == text.Length))
            {
                if (part.Call < 0)
                    content += part.Text;
                else if (part.Name is not null)
                    calls.Add((part.Name, part.Text));
                else
                    calls[part.Call] = (calls[part.Call].Name, calls[part.Call].Arguments + part.Text);
            }

            at += Math.Max(1, length);
            if (at == text.Length)
                break;
        }

        return (content, calls);
    }

    static ToolCallFormat? Of(string template)
    {
        (Tokenizer tokenizer, _, _) = RandomWriter.Vocabulary("qwen2-style");
        int[] ends = [tokenizer.TokenId("<|im_end|>")!.Value, tokenizer.TokenId("<|endoftext|>")!.Value];
        ChatTemplate chosen = template.Length > 0 ? new ChatTemplate(template, new Dictionary<string, string>()) : ChatTemplate.Load(Path.GetTempPath(), token => token == "<|im_start|>", "<|endoftext|>");
        return ToolCallFormat.Of(new ChatEncoder(tokenizer, chosen, ends));
    }
}
