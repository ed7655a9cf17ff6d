using FsCheck;
using FsCheck.Fluent;
using Hone.Data.Checks;
using Hone.Data.Checks.Reports;
using Hone.Data.Formats;
using Hone.Data.Tests.Formats;
using Hone.Engine;
using Hone.Engine.ChatTemplates;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Checks;

/// <summary>What the check passes trains, and what training refuses the check names, with the same first problem.</summary>
public class CheckAgreesWithTrainingTests
{
    static readonly ChatEncoder Encoder = TestEncoder.Create();
    static readonly TrainingLimits Limits = new(ContextTokens: 64) { MinimumExamples = 3, MaximumTokens = 600 };

    static readonly string[] GoodMessages =
    [
        """{"role": "system", "content": "s"}""",
        """{"role": "developer", "content": "d"}""",
        """{"role": "user", "content": "a"}""",
        """{"role": "user", "content": "", "name": "Ann"}""",
        """{"role": "user", "content": [{"type": "text", "text": "你好 😀"}]}""",
        """{"role": "assistant", "content": "b"}""",
        """{"role": "assistant", "content": "b", "weight": 1}""",
        """{"role": "assistant", "content": "b", "weight": 0}""",
        """{"role": "assistant", "content": ""}""",
        """{"role": "assistant", "content": null, "refusal": "no"}""",
        """{"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}""",
        """{"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}}""",
        """{"role": "tool", "tool_call_id": "1", "content": "t"}""",
        """{"role": "function", "name": "f", "content": null}""",
        """{"role": "user", "content": "long long long long long long long long long long long long long long long long long long long long long long long long long"}""",
    ];

    static readonly string[] BadMessages =
    [
        "null", "1", "\"x\"", "[]", "{}",
        """{"role": "user"}""",
        """{"content": "a"}""",
        """{"role": "bot", "content": "a"}""",
        """{"role": null, "content": "a"}""",
        """{"role": "user", "content": 1}""",
        """{"role": "user", "content": []}""",
        """{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}""",
        """{"role": "user", "content": [{"text": "a"}]}""",
        """{"role": "user", "content": ["a"]}""",
        """{"role": "user", "content": "a", "weight": 1}""",
        """{"role": "user", "content": "a", "name": 1}""",
        """{"role": "user", "role": "user", "content": "a"}""",
        """{"role": "assistant", "content": "a", "weight": 2}""",
        """{"role": "assistant", "content": "a", "weight": "1"}""",
        """{"role": "assistant", "content": null}""",
        """{"role": "assistant", "tool_calls": []}""",
        """{"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f"}}]}""",
        """{"role": "assistant", "tool_calls": [{"id": 1, "function": {"name": "f", "arguments": "{}"}}]}""",
        """{"role": "assistant", "tool_calls": [{"id": "1"}]}""",
        """{"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "{}"}, "x": 1}]}""",
        """{"role": "assistant", "function_call": "f"}""",
        """{"role": "tool", "content": "t"}""",
        """{"role": "function", "content": "t"}""",
    ];

    static readonly string[] OtherLines =
    [
        "{}", "[1]", "3", "{", "nonsense", "", "   ", "\ufeff{}",
        """{"x": 1}""",
        """{"prompt": "a"}""",
        """{"prompt": "a", "completion": ""}""",
        """{"prompt": 1, "completion": "b"}""",
        """{"prompt": "a", "completion": "b", "id": 1}""",
        """{"prompt": "\ud83d", "completion": "b"}""",
        """{"prompt": "\ud83d\ude00", "completion": "b"}""",
        """{"prompt": "", "completion": "b"}""",
        """{"messages": "x"}""",
        """{"messages": null}""",
        """{"input": {"messages": []}, "preferred_output": [], "non_preferred_output": []}""",
        """{"preferred_output": [{"role": "assistant", "content": "a"}]}""",
    ];

    static readonly Gen<string> Message = Gen.Frequency((19, Gen.Elements(GoodMessages)), (1, Gen.Elements(BadMessages)));

    static readonly Gen<string> Messages = Message.ListOf(3).Select(list => $"[{string.Join(", ", list.Append(GoodMessages[5]))}]");

    static readonly Gen<string> Rest = Gen.Frequency(
        (12, Gen.Constant("")),
        (3, Gen.Constant(""", "tools": [{"type": "function", "function": {"name": "f"}}]""")),
        (1, Gen.Elements(""", "tools": []""", """, "tools": [{"type": "function"}]""", """, "functions": [{"name": "f"}]""", """, "functions": [{}]""", """, "x": 1""")));

    static readonly Gen<string> Chat = from messages in Messages from rest in Rest select $$"""{"messages": {{messages}}{{rest}}}""";

    static readonly Gen<string> Completion = Gen.Elements("a", "b ", "长一点的文本").Select(text => $$"""{"prompt": "{{text}}", "completion": " {{text}}"}""");

    static readonly Gen<string> Preference =
        from messages in Messages
        from preferred in Message
        from other in Message
        select $$"""{"input": {"messages": {{messages}}}, "preferred_output": [{{preferred}}], "non_preferred_output": [{{other}}]}""";

    static readonly Gen<string> File =
        from kind in Gen.Elements(Chat, Chat, Completion, Preference)
        from lines in Gen.Frequency((60, kind), (1, Gen.Elements(OtherLines)), (1, Gen.Constant(GoodMessages[0]))).ListOf(6)
        from end in Gen.Elements("", "\n", "\r\n")
        select string.Join('\n', lines) + end;

    [Fact]
    public void On_any_file() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_260_101, 7),
            Prop.ForAll(File.ToArbitrary(), Agrees));

    public static TheoryData<string> BadLines => [.. BadMessages.Select(message => $$"""{"messages": [{{message}}, {"role": "assistant", "content": "b"}]}"""), .. OtherLines];

    [Theory, MemberData(nameof(BadLines))]
    public void On_a_line_of_the_table(string line)
    {
        Agrees(line);
        Agrees($$"""{"messages": [{"role": "assistant", "content": "b"}]}""" + "\n" + line);
        Agrees("""{"prompt": "a", "completion": "b"}""" + "\n" + line);
    }

    static void Agrees(string text)
    {
        using TextFile file = new(text);
        string? refusal = Refusal(() => TrainingData.Load(file.Path, Encoder, Limits));
        string? unreadable = Refusal(() => _ = DatasetReader.Read(file.Path).Count());

        CheckReport with = DatasetCheck.Run(file.Path, new CheckOptions { Encoding = null, MinimumExamples = Limits.MinimumExamples, Model = new CheckedModel("test", Encoder, Limits) });
        CheckReport without = DatasetCheck.Run(file.Path, new CheckOptions { Encoding = null, MinimumExamples = Limits.MinimumExamples });

        (with.Errors > 0).ShouldBe(refusal is not null, refusal);
        (with.Problem, without.Problem).ShouldBe((unreadable, unreadable));
        without.Errors.ShouldBeLessThanOrEqualTo(with.Errors);
    }

    static string? Refusal(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (HoneException problem)
        {
            return problem.Message;
        }
    }
}
