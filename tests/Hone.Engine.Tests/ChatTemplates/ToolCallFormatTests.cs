using System.Text.Json;
using System.Text.RegularExpressions;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Generation.Constraints;
using Hone.Engine.Tests.Generation.Constraints;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.ChatTemplates;

public sealed partial class ToolCallFormatTests
{
    const string Id = "\0\0\0\0\0\0\0\0\0";

    public static TheoryData<string> Templates => [.. ToolTemplate.Names];

    [Fact]
    public void The_format_is_found_in_the_template()
    {
        ToolCallFormat tagged = new("<tool_call>\n{\"name\": \"", "\", \"arguments\": ", "}\n</tool_call>", "\n<tool_call>\n{\"name\": \"", "", "<tool_call>");
        ToolCallFormat single = new("{\"name\": \"", "\", \"parameters\": ", "}", Separator: null, "", Tag: null);

        Of("tagged").ShouldBe(tagged);
        Of("tagged with special tokens").ShouldBe(tagged with { IsTagToken = true });
        Of("thinking").ShouldBe(tagged);
        Of("turned").ShouldBe(new ToolCallFormat("<tool_call>\n{ \"arguments\": ", ", \"name\": \"", "\"}\n</tool_call>", " \n<tool_call>\n{ \"arguments\": ", "", "<tool_call>") { HasArgumentsFirst = true, IsTagToken = true });
        Of("listed").ShouldBe(new ToolCallFormat("CALLS [{\"name\": \"", "\", \"parameters\": ", "}", ", {\"name\": \"", "]", Tag: null));
        Of("identified").ShouldBe(new ToolCallFormat("[TOOL_CALLS][{\"name\": \"", "\", \"arguments\": ", $", \"id\": \"{Id}\"}}", ", {\"name\": \"", "]", "[TOOL_CALLS]") { IsTagToken = true });
        Of("identified").HasIds.ShouldBeTrue();
        Of("single").ShouldBe(single);
        Of("single with a lead").ShouldBe(single with { Lead = "<|python_tag|>" });
        Of("default").ShouldBe(new ToolCallFormat("{\"name\": \"", "\", \"arguments\": ", "}", "\n{\"name\": \"", "", Tag: null));
    }

    [Theory]
    [InlineData("{{ messages[0].content }}", "has no place for tools")]
    [InlineData("{{ tools }}{{ messages[0].content }}", "has no place for calls of tools")]
    [InlineData("{{ tools }}{%- if messages[-1].tool_calls %}{{- raise_exception('No calls today.') }}{%- endif %}", "refuses a call of a tool: The chat template stops at its line 1: No calls today.")]
    [InlineData("{{ tools | length }}{%- for call in messages[-1].tool_calls %}call{%- endfor %}", "does not write the name of the function that is called")]
    [InlineData("{{ tools | length }}{%- for call in messages[-1].tool_calls %}{{ call.function.name }}(){%- endfor %}", "does not write the arguments of a call as a JSON object")]
    [InlineData("{{ tools | length }}{%- for call in messages[-1].tool_calls %}{{ call.function.name + ' ' + call.function.arguments | tojson }}{%- endfor %}", "writes nothing before a call by which it could be told from words")]
    [InlineData("{{ tools | length }}{%- for call in messages[-1].tool_calls %}{{ 'call ' + call.function.name + '-' + call.function.arguments | tojson }}{%- endfor %}", "writes nothing after the name of a function by which its end could be seen")]
    [InlineData("{{ tools | length }}{%- for call in messages[-1].tool_calls %}{{ 'call ' + call.function.name + ' ' + call.function.arguments | tojson + call.function.name }}{%- endfor %}", "writes the name or the arguments of a call more than once")]
    public void A_template_that_is_not_understood_is_refused_with_the_reason(string source, string problem)
    {
        var template = ToolTemplate.Of(source);

        template.Format.ShouldBeNull();
        template.Problem.ShouldBe(problem);
    }

    [Theory, MemberData(nameof(Templates))]
    public void Whatever_is_written_is_read_as_words_or_as_calls_with_fitting_arguments(string name)
    {
        var template = ToolTemplate.Named(name);
        using var schema = JsonDocument.Parse("""{"type":"object","properties":{"a":{"type":"string","maxLength":6},"b":{"type":"array","items":{"type":"integer","maximum":9,"minimum":0},"maxItems":2}},"required":["a","b"],"additionalProperties":false}""");
        int calls = 0, words = 0;

        foreach (bool mustCall in (bool[])[true, false])
        {
            for (int seed = 0; seed < 15; seed++)
            {
                (string content, List<(string Name, string Arguments)> found) = WriteAndRead(template, schema.RootElement, mustCall, seed);
                if (mustCall)
                    (found.Count > 0 && content.Length == 0).ShouldBeTrue(content);
                calls += found.Count;
                words += content.Length > 0 ? 1 : 0;
            }
        }

        calls.ShouldBeGreaterThan(5);
        words.ShouldBeGreaterThan(5);
    }

    /// <summary>Every template of the reference folder works, or is refused with the reason.</summary>
    [Theory, MemberData(nameof(References)), Trait("Kind", "Parity")]
    public void The_templates_of_known_models_are_understood(string file)
    {
        string source = File.ReadAllText(Path.Combine(ParityFolder.Require("chat-templates"), file));
        var template = ToolTemplate.Of(source, [.. SpecialToken().Matches(source).Select(match => match.Value).Distinct().Where(token => !token.Contains("im_end", StringComparison.Ordinal))]);
        using var schema = JsonDocument.Parse("""{"type":"object","properties":{"a":{"type":"string","maxLength":6},"b":{"type":"integer"}},"required":["a"],"additionalProperties":false}""");

        if (!source.Contains("tool_calls", StringComparison.Ordinal))
        {
            template.Problem.ShouldBeOneOf("has no place for tools", "has no place for calls of tools");
            return;
        }

        template.Format.ShouldNotBeNull(template.Problem);
        for (int seed = 0; seed < 10; seed++)
            WriteAndRead(template, schema.RootElement, mustCall: true, seed).Calls.ShouldNotBeEmpty();
        Conversation answered = new(
        [
            new ChatMessage("user", "Hello"),
            new ChatMessage("assistant", "") { ToolCalls = [new ToolCall("call_of_another_server", "f", """{"a": "b"}""")] },
            new ChatMessage("tool", "noon") { ToolCallId = "call_of_another_server" },
        ]);
        template.Encoder.EncodePrompt(answered).Length.ShouldBeGreaterThan(5);
    }

    public static IEnumerable<TheoryDataRow<string>> References() => ParityFolder.Files("chat-templates", "*.jinja");

    [Theory, MemberData(nameof(Templates))]
    public void Words_and_calls_are_told_apart_wherever_the_text_is_cut(string name)
    {
        ToolCallFormat format = Of(name);
        const string Arguments = """{"a": "}\"]", "b": [1]}""";
        string one = (format.HasArgumentsFirst ? Arguments + format.Between + "first" : "first" + format.Between + Arguments) + format.After;
        string text = ((format.Tag is null ? "" : "Let me see.\n") + format.Lead + format.Start + one + (format.Separator is null ? "" : format.Separator + one) + format.End).Replace('\0', 'x');

        for (int seed = 0; seed < 50; seed++)
        {
            (string content, List<(string Name, string Arguments)> calls) = Read(format, text, seed);
            content.ShouldBe(format.Tag is null ? "" : "Let me see.");
            calls.ShouldBe(Enumerable.Repeat(("first", Arguments), format.Separator is null ? 1 : 2));
        }

        string words = "I would say <tool or {\"name\" and nothing else. ";
        Read(format, words, 1).Content.ShouldBe(words);
    }

    [Fact]
    public void A_special_token_that_words_spell_is_no_call()
    {
        var template = ToolTemplate.Named("identified");
        TextConstraint constraint = ToolCallConstraint.Create(template.Format!, [new CallableTool("f", null, IsStrict: false)], mustCall: false, mayCallSeveral: true, words: null, template.Vocabulary);
        ConstraintCursor cursor = constraint.Begin();
        int token = template.Tokenizer.TokenId("[TOOL_CALLS]")!.Value;

        foreach (int id in template.Tokenizer.Encode("[TOOL_CALLS", addSpecial: false))
            cursor.Add(id);
        float[] logits = new float[template.Tokenizer.VocabSize];
        cursor.Apply(logits);

        logits[token].ShouldBe(0);
        logits[template.Tokenizer.TokenId("]")!.Value].ShouldBe(float.NegativeInfinity);
        constraint.SpecialTokens.ShouldBe([token]);
    }

    [Fact]
    public void Long_ids_are_shortened_for_templates_that_want_them_short_and_left_alone_for_others()
    {
        Conversation conversation = new(
        [
            new ChatMessage("user", "Time?"),
            new ChatMessage("assistant", "") { ToolCalls = [new ToolCall("call_0123456789", "get_time", "{}")] },
            new ChatMessage("tool", "noon") { ToolCallId = "call_0123456789" },
        ]);
        string Text(string name) => ToolTemplate.Named(name).Encoder.Encode(conversation).Text;

        string shortened = ToolCallIds.Shorten("call_0123456789");
        shortened.ShouldMatch("^[0-9A-Za-z]{9}$");
        ToolCallIds.Shorten(shortened).ShouldBe(shortened);
        Text("identified").ShouldContain($"\"id\": \"{shortened}\"");
        Text("identified").ShouldContain($"[RESULT]{shortened}noon");
        Text("turned").ShouldContain("get_time: noon");
    }

    /// <summary>What a model without sense answers, and how it is read. Every call that was read has arguments that fit.</summary>
    static (string Content, List<(string Name, string Arguments)> Calls) WriteAndRead(ToolTemplate template, JsonElement schema, bool mustCall, int seed)
    {
        CallableTool[] tools = [new("first", schema, IsStrict: false), new("second-tool", null, IsStrict: false)];
        TextConstraint constraint = ToolCallConstraint.Create(template.Format!, tools, mustCall, mayCallSeveral: true, words: null, template.Vocabulary);
        (string text, bool hasEnded) = RandomWriter.Write(constraint, template.Tokenizer, template.End, new Random(seed), maxTokens: 400);
        (string content, List<(string Name, string Arguments)> found) = Read(template.Format!, text, seed);
        // Of an answer that was cut, the last call may be incomplete.
        foreach ((string name, string arguments) in hasEnded ? found : found.SkipLast(1))
        {
            using var value = JsonDocument.Parse(arguments);
            name.ShouldBeOneOf("first", "second-tool");
            if (name == "first")
                SlowValidator.Fits(value.RootElement, schema, schema).ShouldBeTrue(arguments);
            else
                arguments.ShouldBe("{}");
        }

        return (content, found);
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

    static ToolCallFormat Of(string name) => ToolTemplate.Named(name).Format ?? throw new InvalidOperationException(ToolTemplate.Named(name).Problem);

    [GeneratedRegex(@"<\|[a-z_]+\|>|\[/?[A-Z_]{3,}\]")]
    private static partial Regex SpecialToken();
}
