using System.Text;
using Hone.Data.Checks;
using Hone.Data.Checks.Reports;
using Hone.Data.Formats;
using Hone.Data.Tests.Formats;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Checks;

public class DatasetCheckTests
{
    static readonly CheckOptions Fast = new() { Encoding = null };

    [Fact]
    public void The_report_does_not_depend_on_the_threads()
    {
        Random random = new(3);
        string[] lines =
        [
            .. Enumerable.Range(0, 30_000).Select(i => random.Next(50) switch
            {
                0 => "{",
                1 => """{"messages": [{"role": "user", "content": 1}]}""",
                2 => """{"messages": [{"role": "assistant", "content": "yes"}]}""",
                _ => $$"""{"messages": [{"role": "user", "content": "{{new string('q', random.Next(200))}}"}, {"role": "assistant", "content": "{{(i % 3 == 0 ? "yes" : "no")}}"}]}""",
            }),
        ];
        using TextFile file = new(string.Join('\n', lines));

        CheckReport one = DatasetCheck.Run(file.Path, new CheckOptions { Threads = 1 }, cancel: TestContext.Current.CancellationToken);
        CheckReport four = DatasetCheck.Run(file.Path, new CheckOptions { Threads = 4 }, cancel: TestContext.Current.CancellationToken);

        four.ToJson().ToJsonString().ShouldBe(one.ToJson().ToJsonString());
        four.Problem.ShouldBe(one.Problem);
        one.Findings.Single(group => group.Code == FindingCodes.InvalidJson).Count.ShouldBe(lines.Count(line => line == "{"));
        one.Findings.Single(group => group.Code == FindingCodes.InvalidJson).Shown.Select(finding => finding.Line)
            .ShouldBe(Enumerable.Range(1, lines.Length).Where(line => lines[line - 1] == "{").Take(5));
        one.Classes.Select(found => found.Name).ShouldBe(["no", "yes"]);
        one.Classes.Sum(found => found.Count).ShouldBe(one.Examples - one.ExamplesWithErrors);
    }

    [Fact]
    public void Every_problem_of_a_line_is_found_and_counted()
    {
        CheckReport report = Run("""{"messages": [{"role": "user", "content": 1, "x": 1}, {"role": "bot"}, 5], "y": 2, "tools": 3}""", Fast with { Shown = 1 });

        report.Findings.Where(group => group.Code != FindingCodes.TooFewExamples).Select(group => (group.Code, group.Count, group.Shown.Count)).Order().ShouldBe(
        [
            (FindingCodes.ExampleMissingAssistantMessage, 1, 1),
            (FindingCodes.MessageMissingKey, 1, 1),
            (FindingCodes.MessageUnrecognizedKey, 1, 1),
            (FindingCodes.MissingContent, 2, 1),
            (FindingCodes.UnrecognizedKey, 1, 1),
            (FindingCodes.UnrecognizedRole, 1, 1),
            (FindingCodes.WrongType, 2, 1),
        ]);
        report.Errors.ShouldBe(10);
    }

    [Fact]
    public void A_line_of_more_than_16_MB_is_named_and_the_rest_is_read()
    {
        const string good = """{"prompt": "a", "completion": "b"}""";
        StringBuilder text = new();
        text.Append(good).Append('\n').Append('x', 20_000_000).Append('\n').Append('{').Append(' ', 16 << 20).Append("}\n").Append(good).Append("\r\n\n").Append("\u00a0\n").Append(good);
        using TextFile file = new(text.ToString());

        CheckReport report = DatasetCheck.Run(file.Path, Fast, cancel: TestContext.Current.CancellationToken);

        report.Examples.ShouldBe(6);
        report.Findings.Single(group => group.Code == FindingCodes.LineTooLong).Shown.Select(finding => (finding.Line, finding.Example)).ShouldBe([(2, 2), (3, 3)]);
        report.Findings.Single(group => group.Code == FindingCodes.InvalidJson).Shown.ShouldHaveSingleItem().Line.ShouldBe(6);
    }

    [Fact]
    public void Lines_that_straddle_the_blocks_are_read_whole()
    {
        string[] lines = [.. Enumerable.Range(0, 4_000).Select(i => $$"""{"prompt": "{{new string('p', i)}}", "completion": " c"}""")];
        using TextFile file = new("\ufeff" + string.Join("\r\n", lines));

        CheckReport report = DatasetCheck.Run(file.Path, new CheckOptions(), cancel: TestContext.Current.CancellationToken);

        (report.Examples, report.Errors, report.Kind).ShouldBe((4_000, 0, DatasetKind.Completion));
        JsonLines.Read(file.Path).Select(line => line.Value.GetProperty("prompt").GetString()!.Length).ShouldBe(Enumerable.Range(0, 4_000));
    }

    [Fact]
    public void Classes_are_found_by_the_rule_of_a_third()
    {
        string Lines(int classes) => string.Join('\n', Enumerable.Range(0, 30).Select(i => $$"""{"prompt": "p{{i}}", "completion": " class {{i % classes}}"}"""));

        Run(Lines(9)).Classes.Select(found => found.Name).ShouldBe(["class 0", "class 1", "class 2", "class 3", "class 4", "class 5", "class 6", "class 7", "class 8"]);
        Run(Lines(9)).Classes[0].ShouldSatisfyAllConditions(found => found.Count.ShouldBe(4), found => found.Tokens!.Count.ShouldBe(4));
        Run(Lines(10)).Classes.ShouldBeEmpty();
        Run(Lines(1)).Classes.ShouldBeEmpty();
        Run(Lines(3), Fast).Classes[0].Tokens.ShouldBeNull();
    }

    [Fact]
    public void An_empty_file_has_an_error_and_no_numbers()
    {
        CheckReport report = Run("\n \n");

        report.Findings.ShouldHaveSingleItem().Code.ShouldBe(FindingCodes.EmptyFile);
        (report.Epochs, report.Tokens, report.Messages, report.Kind, report.Problem).ShouldBe((0, null, null, null, null));
    }

    [Fact]
    public void A_model_brings_its_own_template_tokens_and_context()
    {
        CheckedModel model = new("small", TestEncoder.Create(), new TrainingLimits(ContextTokens: 24));
        string[] answers = ["b", "b b b b b b b b b b b b b b b b b b b b b b b b"];
        string text = string.Join('\n', answers.Select(answer => $$"""{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "{{answer}}"}]}"""));

        CheckReport report = Run(text, Fast with { Model = model, MinimumExamples = 1 });

        Finding tooLong = report.Findings.Single(group => group.Severity == Severity.Error).Shown.ShouldHaveSingleItem();
        (tooLong.Code, tooLong.Line).ShouldBe((FindingCodes.ExampleTooLong, 2));
        (report.Model!.Total.Count, report.Model.LongestLine, report.Model.Targets!.Min).ShouldBe((1, 1, 2));
        report.Model.Longest.ShouldBe(report.Model.Total.Max);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void The_method_must_go_with_the_file(bool isForDpo, int errors)
    {
        CheckReport report = Run("""{"prompt": "a", "completion": "b"}""", Fast with { IsForDpo = isForDpo, MinimumExamples = 1 });

        report.Findings.Count(group => group.Code == FindingCodes.WrongMethod).ShouldBe(errors);
    }

    [Fact]
    public void What_cannot_be_read_at_all_is_an_error_of_its_own()
    {
        Should.Throw<HoneException>(() => DatasetCheck.Run("/nowhere/x.jsonl", Fast)).Message.ShouldBe("/nowhere/x.jsonl cannot be read: there is no such file.");
        Should.Throw<HoneException>(() => DatasetCheck.Run(Path.GetTempPath(), Fast)).Message.ShouldContain("it is a folder");
        using TextFile wide = new([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("{}")]);
        Should.Throw<HoneException>(() => DatasetCheck.Run(wide.Path, Fast)).Message.ShouldContain("UTF-16");
    }

    [Fact]
    public void Findings_are_in_the_language_in_use()
    {
        Text.IsChinese = true; // of this test alone
        string text = string.Join('\n', Enumerable.Repeat("""{"messages": [{"role": "user", "content": 1}]}""", 20_000));

        CheckReport report = Run(text, Fast with { Threads = 4, Shown = 20_000 });

        report.Findings.SelectMany(group => group.Shown).Select(finding => finding.What).Distinct().Order(StringComparer.Ordinal).ShouldBe(["样本没有 assistant 消息", "消息 1 的 content 是数字"]);
    }

    [Fact]
    public void What_a_file_says_is_cut_in_messages_and_steers_no_terminal()
    {
        string evil = "\\u001b[31m" + new string('x', 100_000);
        string[] lines =
        [
            $$"""{"messages": [{"role": "{{evil}}", "content": "a"}, {"role": "assistant", "content": "b"}]}""",
            $$"""{"messages": [{"role": "assistant", "content": [{"type": "{{evil}}"}], "{{evil}}": 1, "weight": "{{evil}}"}], "{{evil}}": 1}""",
            $"[\"{evil}\"]",
        ];

        CheckReport report = Run(string.Join('\n', lines.Append($$"""{"{{evil}}": 1}""").Prepend($$"""{"{{evil}}": 1}""")), Fast);

        report.ToJson().ToJsonString().Length.ShouldBeLessThan(10_000);
        foreach (Finding finding in report.Findings.SelectMany(group => group.Shown))
            (finding.What + finding.Field + finding.Message).ShouldNotContain("\u001b");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Any_bytes_have_a_report_or_an_error(int seed)
    {
        Random random = new(seed);
        byte[][] pieces = [.. new[] { "{", "}", "[", "]", "\"", ":", ",", "\n", "\r\n", " ", "\\ud83d", "null", "1e999", "messages", "role", "\ufeff", "你", "\0", "\u001f" }.Select(Encoding.UTF8.GetBytes), [0xff, 0xfe], [0x80], [0xc3], [0xf0, 0x9f]];
        for (int i = 0; i < 200; i++)
        {
            using TextFile file = new([.. Enumerable.Range(0, random.Next(40)).SelectMany(_ => pieces[random.Next(pieces.Length)])]);
            try
            {
                DatasetCheck.Run(file.Path, new CheckOptions()).Errors.ShouldBeGreaterThan(0);
            }
            catch (HoneException problem)
            {
                problem.Message.ShouldContain("UTF-16");
            }
        }
    }

    [Fact]
    public void Progress_reaches_the_end_of_the_file()
    {
        using TextFile file = new(string.Join('\n', Enumerable.Repeat("""{"prompt": "a", "completion": "b"}""", 100_000)));
        long most = 0;
        Lock gate = new();

        DatasetCheck.Run(
            file.Path,
            Fast,
            done =>
            {
                lock (gate)
                    most = Math.Max(most, done);
            },
            TestContext.Current.CancellationToken);

        most.ShouldBe(new FileInfo(file.Path).Length);
    }

    [Fact]
    public void A_check_can_be_cancelled()
    {
        using TextFile file = new("""{"prompt": "a", "completion": "b"}""");

        Should.Throw<OperationCanceledException>(() => DatasetCheck.Run(file.Path, Fast, cancel: new CancellationToken(canceled: true)));
    }

    static CheckReport Run(string text, CheckOptions? options = null)
    {
        using TextFile file = new(text);
        return DatasetCheck.Run(file.Path, options ?? new CheckOptions(), cancel: TestContext.Current.CancellationToken);
    }
}
