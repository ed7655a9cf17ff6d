using System.CommandLine;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests;

public sealed class LanguageTests
{
    public static TheoryData<string> CommandPaths =>
        [.. Paths(CommandLine.CreateRoot(Program.Commands)).Select(path => string.Join(' ', path))];

    [Theory, MemberData(nameof(CommandPaths))]
    public void Every_command_has_help_in_both_languages(string path)
    {
        string[] args = [.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"];

        CliRun english = CliRun.Of([.. args, "--lang=en"]);
        CliRun chinese = CliRun.Of([.. args, "--lang=zh"]);

        english.ExitCode.ShouldBe(0, english.Error);
        chinese.ExitCode.ShouldBe(0, chinese.Error);
        english.Output.Any(IsChinese).ShouldBeFalse(english.Output);
        chinese.Output.ShouldNotMatch(@"Description:|Usage:|Arguments:|Options:|Commands:|\[command\]|\[options\]|\(REQUIRED\)|\[default: ");
        Descriptions(chinese.Output).Where(line => !line.Any(IsChinese)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--lang", "zh")]
    [InlineData("--lang=zh")]
    [InlineData("--lang:zh")]
    public void A_language_can_be_written_as_any_option(params string[] language) => CliRun.Of([.. language, "--help"]).Output.ShouldContain("用法");

    [Fact]
    public void The_language_of_one_run_leaves_the_next_one_alone()
    {
        CliRun.Of("--lang=zh", "--help").Output.ShouldContain("用法");
        CliRun.Of("--help", "--lang", "en").Output.ShouldContain("Usage");
    }

    [Fact]
    public void Columns_of_the_help_stay_columns_in_Chinese()
    {
        string[] lines = CliRun.Of("data", "label", "--help", "--lang=zh").Output.Split('\n');

        int[] starts = [.. new[] { "--endpoint", "--force", "--timeout" }.Select(name => lines.Single(line => line.StartsWith($"  {name} ", StringComparison.Ordinal))).Select(Column)];
        starts.Distinct().ShouldHaveSingleItem();

        static int Column(string line) => ScreenWidth.Of(System.Text.RegularExpressions.Regex.Match(line, "^  [^ ]+( <[^>]+>)?(（必填）)? +").Value);
    }

    /// <summary>Every message that the parser has for this command line, in Chinese: the version of the parser that is used may word none of them otherwise.</summary>
    [Theory]
    [InlineData("命令 'act' 缺少参数 NAME。", "act", "--must", "1")]
    [InlineData("选项 '--steps' 只能有一个值，这里给出了 2 个。", "act", "n", "--must", "1", "--steps", "1", "--steps", "2")]
    [InlineData("选项 '--must' 缺少值。", "act", "n", "--must")]
    [InlineData("请给出要执行的子命令。")]
    [InlineData("必须给出选项 '--must'。", "act", "n")]
    [InlineData("'c' 不是可用的值，可用的有：'a' 'b'。", "act", "n", "--must", "1", "--one", "c")]
    [InlineData("没有名为 'more' 的命令、选项或参数。", "act", "n", "more", "--must", "1")]
    [InlineData("没有名为 '--stpes' 的命令、选项或参数。是否想写 --steps？", "act", "n", "--must", "1", "--stpes")]
    [InlineData("没有名为 'ac' 的命令、选项或参数。是否想写 act？", "ac")]
    [InlineData("没有名为 'atc' 的命令、选项或参数。", "atc")]
    [InlineData("选项 '--steps' 的值 '--one' 不是整数。", "act", "n", "--must", "1", "--steps", "--one", "a")]
    public void Misuse_is_said_in_Chinese(string expected, params string[] args)
    {
        Command Create()
        {
            Option<string> one = new("--one");
            one.AcceptOnlyFromAmong("a", "b");
            Command act = new("act", "Acts") { new Argument<string>("NAME"), new Option<int>("--steps"), new Option<string>("--must") { Required = true }, one };
            return new Command("group", "Groups") { act.Does((_, _) => { }) };
        }

        CliRun run = CliRun.Of([Create], ["group", .. args, "--lang=zh"]);

        run.ExitCode.ShouldBe(2);
        run.Error.Trim().ShouldStartWith(expected + "用法见 'hone group");
    }

    [Theory]
    [InlineData("conv", "convert")]
    [InlineData("chekc", "check")]
    [InlineData("Merge", "merge")]
    public void A_command_that_is_nearly_right_is_named(string word, string meant) =>
        CliRun.Of("data", word).Error.Trim().ShouldBe($"Unrecognized command or argument '{word}'. Did you mean {meant}? See 'hone data --help'.");

    static IEnumerable<string[]> Paths(Command command) =>
        [[], .. command.Subcommands.SelectMany(child => Paths(child).Select(path => (string[])[child.Name, .. path]))];

    /// <summary>The lines of a help text that explain something: "  --name  explanation".</summary>
    static IEnumerable<string> Descriptions(string help) =>
        help.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal) && !line.StartsWith("  hone ", StringComparison.Ordinal));

    static bool IsChinese(char letter) => letter is >= '一' and <= '鿿';
}
