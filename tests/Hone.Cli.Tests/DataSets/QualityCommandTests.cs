using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets;

public sealed class QualityCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-quality-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_score_card_shows_the_three_worst_findings_in_full()
    {
        CliRun run = Quality(Write("train.csv", Reviews()));

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("Score card (46 training examples)");
        run.Output.ShouldMatch(@"consistency +\d+ +[█░]{20}");
        run.Output.ShouldMatch(@"The worst first\n1\. warning \w+");
        run.Output.ShouldContain("conflicting_labels · consistency −");
        run.Output.ShouldContain("   → Decide which class is right");
        run.Output.ShouldContain("     line 42: Fine! → good\n     line 43: fine → bad");
        run.Output.ShouldContain("Further\n4. warning ");
        run.Output.ShouldMatch("class \"good\" +\\d+\\.\\d %");
    }

    [Fact]
    public void A_terminal_shows_how_far_it_is()
    {
        CliRun run = CliRun.Of(Program.Commands, ["data", "quality", Write("train.csv", Reviews())], terminalWidth: 80);

        run.Output.ShouldContain("████████████████████████ 46/46");
    }

    [Fact]
    public void Prompts_that_say_the_same_in_other_words_are_compared_by_a_model()
    {
        string file = Write("train.csv", [.. Reviews(), "lovely staff and clean rooms,good", "clean rooms and lovely staff,bad"]);

        CliRun run = Quality(file, "--semantic", "0.5", "--json");
        CliRun terminal = CliRun.Of(Program.Commands, ["data", "quality", file, "--semantic", "0.5"], terminalWidth: 80);

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("\"semantic_conflicting_labels\"");
        terminal.Output.ShouldContain("48/48");
        Quality(file).Output.ShouldNotContain("semantic");
        Quality(file, "--model", "hone-embed").Error.ShouldContain("--model goes with --semantic.");
    }

    [Fact]
    public void It_speaks_Chinese()
    {
        CliRun run = Quality(Write("train.csv", Reviews()), "--lang=zh");

        run.Output.ShouldContain("评分卡（样本：46 训练）");
        run.Output.ShouldContain("最严重的问题");
        run.Output.ShouldContain("第 43 行：fine → bad");
    }

    [Fact]
    public void Programs_get_a_line_for_each_finding_and_a_summary()
    {
        CliRun run = Quality(Write("train.csv", Reviews()), "--json");

        JsonNode[] records = [.. run.Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!)];
        JsonNode conflict = records.Single(record => (string?)record["code"] == "conflicting_labels");
        conflict["examples"]!.GetValue<int>().ShouldBe(2);
        conflict["places"]![1]!["line"]!.GetValue<int>().ShouldBe(43);
        records[^1]["examples"]!["train"]!.GetValue<int>().ShouldBe(46);
        records[^1]["usable"]!.GetValue<bool>().ShouldBeTrue();
        records[^1]["findings"]!.GetValue<int>().ShouldBe(records.Count(record => record["code"] is not null));
    }

    [Fact]
    public void Leakage_between_files_is_an_error()
    {
        string train = Write("train.csv", Reviews());
        string test = Write("test.csv", Reviews());

        CliRun run = Quality(train, "--test", test);

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("error leakage");
        run.Output.ShouldContain("     test, line 2: ");
        run.Error.ShouldContain("should not be trained on as it is");
    }

    [Fact]
    public void A_masked_file_has_placeholders_and_nothing_is_replaced_unasked()
    {
        string file = Write("train.csv", Reviews());
        string target = Path.Combine(_folder, "masked.jsonl");

        CliRun run = Quality(file, "--mask", target);

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("masked.jsonl: 46 examples, 2 values masked in 1 of them");
        run.Output.ShouldNotContain("13812345678");
        string[] lines = File.ReadAllLines(target);
        lines.Length.ShouldBe(46);
        lines.ShouldContain("""{"messages":[{"role":"user","content":"call [PHONE_1] or [EMAIL_1]"},{"role":"assistant","content":"good"}]}""");
        Quality(file, "--mask", target).Error.ShouldContain("exists already");
        Quality(file, "--mask", file, "--force").Error.ShouldContain("is the file that is read");
        Quality(file, "--mask", target, "--force").ExitCode.ShouldBe(0);
        Directory.GetFiles(_folder).Length.ShouldBe(2);
    }

    [Fact]
    public void A_fixed_file_has_no_repeated_examples_and_none_of_the_test()
    {
        string train = Write("train.csv", Reviews());
        string test = Write("test.csv", ["text,label", "THE ao OF bo WAS fine TODAY,good", "the qz of qz was fine today,good"]);
        string target = Path.Combine(_folder, "fixed.jsonl");

        CliRun run = Quality(train, "--fix", target);
        string[] alone = File.ReadAllLines(target);
        CliRun tested = Quality(train, "--test", test, "--fix", target, "--force");

        run.Output.ShouldContain("fixed.jsonl: 45 examples kept; left out: 1 repeated, 0 of the validation or test file");
        alone.Length.ShouldBe(45);
        tested.Output.ShouldContain("fixed.jsonl: 44 examples kept; left out: 0 repeated, 2 of the validation or test file");
        File.ReadAllLines(target).ShouldBe(alone.Where(line => !line.Contains("the ao of bo was")));
        Quality(target, "--test", test).ExitCode.ShouldBe(0);
        Quality(train, "--test", train, "--fix", Path.Combine(_folder, "none.jsonl")).Error.ShouldContain("would be empty");
        File.Exists(Path.Combine(_folder, "none.jsonl")).ShouldBeFalse();
    }

    [Fact]
    public void The_advised_command_does_what_is_said_with_the_options_of_this_one()
    {
        string train = Write("my train.csv", ["the text,label", .. Reviews()[1..]]);
        string target = Path.Combine(_folder, "fixed.jsonl");

        CliRun run = Quality(train, "--user", "Is \"{the text}\" good?", "--assistant", "{label}", "--near", "0.9", "--lang", "en");
        CliRun fix = Quality(train, "--user", "Is \"{the text}\" good?", "--assistant", "{label}", "--near", "0.9", "--fix", target);

        run.Output.ShouldContain($"'hone data quality \"{train}\" --user 'Is \"{{the text}}\" good?' --assistant \"{{label}}\" --near 0.9 --fix \"my train_fixed.jsonl\"' leaves out 1 example that repeats others");
        fix.Output.ShouldContain("left out: 1 repeated");
    }

    [Fact]
    public void The_score_card_is_also_a_page_and_never_in_place_of_another_file()
    {
        string train = Write("train.csv", Reviews());
        string page = Path.Combine(_folder, "card.html");

        CliRun run = Quality(train, "--report", page);

        run.Output.ShouldContain($"Report: {page}");
        File.ReadAllText(page).ShouldContain("Quality of train.csv");
        Quality(train, "--report", page).ExitCode.ShouldBe(0);
        Quality(train, "--report", train).Error.ShouldContain("is the file that is read");
        string other = Path.Combine(_folder, "valid.jsonl");
        File.WriteAllText(other, """{"prompt": "a", "completion": "b"}""" + "\n");
        foreach (string option in (string[])["--report", "--fix", "--mask"])
            Quality(train, "--valid", other, option, other, "--force").Error.ShouldContain("valid.jsonl is the file that is read");
        Quality(train, "--report", Path.Combine(_folder, "one.jsonl"), "--fix", Path.Combine(_folder, "one.jsonl")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public void Agreement_of_annotators_is_shown()
    {
        string file = Write("train.csv", ["text,label,ann,bob", .. Enumerable.Range(0, 40).Select(i => $"sentence {Word(i)},{i % 2},{i % 2},{i % 3 / 2}")]);

        CliRun run = Quality(file, "--annotators", "ann,bob");

        run.Output.ShouldContain("low_agreement");
        run.Output.ShouldContain("Cohen kappa (ann, bob)");
        Quality(file, "--annotators", "ann,zoe").Error.ShouldContain("ann, zoe");
    }

    [Theory]
    [InlineData("--expected-refusals", "5", "must be from 0 to 1")]
    [InlineData("--expected-refusals", "0,05", "must be from 0 to 1, such as 0.05")]
    [InlineData("--near", "0.5", "must be from 0.7 to 1.")]
    [InlineData("--semantic", "0", "must be more than 0, and at most 1.")]
    [InlineData("--semantic", "1.01", "must be more than 0, and at most 1.")]
    [InlineData("--annotators", "one", "needs two columns or more")]
    public void Options_beyond_their_range_are_misuse(string option, string value, string problem)
    {
        CliRun run = Quality(Write("train.csv", Reviews()), option, value);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldStartWith($"{option} {problem}");
    }

    [Theory]
    [InlineData("empty.jsonl", "", "is empty.")]
    [InlineData("cut.jsonl", "{\"prompt\": \"a", "Example 1 cannot be parsed.")]
    [InlineData("header.csv", "text,label\n", "has no rows.")]
    [InlineData("unknown.csv", "one,two,three\n1,2,3\n", "is not clear: one, two, three.")]
    [InlineData("chat.jsonl", "{\"messages\": \"a\"}", "is not clear: messages.")]
    public void A_file_that_cannot_be_used_is_an_error_without_a_masked_file(string name, string text, string problem)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);

        CliRun run = Quality(path, "--mask", Path.Combine(_folder, "masked.jsonl"));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(problem);
        Directory.GetFiles(_folder).ShouldBe([path]);
    }

    static CliRun Quality(string file, params string[] more) => CliRun.Of(["data", "quality", file, .. more]);

    /// <summary>Forty reviews without problems, then a few with some.</summary>
    static string[] Reviews() =>
        [
            "text,label",
            .. Enumerable.Range(0, 40).Select(i => $"the {Word(i)} of {Word(i * 3 + 1)} was {(i % 2 == 0 ? "fine" : "cold")} today,{(i % 2 == 0 ? "good" : "bad")}"),
            "Fine!,good",
            "fine,bad",
            "the ao of bo was fine today,good",
            "the ao of bo was fine today,good",
            "call 13812345678 or jo@corp.cn,good",
            "你好吗,good",
        ];

    static string Word(int i) => $"{(char)('a' + (i % 26))}{(char)('a' + (i / 26))}o";

    string Write(string name, string[] lines)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }
}
