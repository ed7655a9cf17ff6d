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

    static IEnumerable<string[]> Paths(Command command) =>
        [[], .. command.Subcommands.SelectMany(child => Paths(child).Select(path => (string[])[child.Name, .. path]))];

    /// <summary>The lines of a help text that explain something: "  --name  explanation".</summary>
    static IEnumerable<string> Descriptions(string help) =>
        help.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal) && !line.StartsWith("  hone ", StringComparison.Ordinal));

    static bool IsChinese(char letter) => letter is >= '一' and <= '鿿';
}
