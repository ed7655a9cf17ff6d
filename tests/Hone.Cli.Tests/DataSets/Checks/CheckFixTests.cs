using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets.Checks;

public sealed class CheckFixTests : CheckTests
{
    [Theory]
    [InlineData("preferences", """{"input": {"messages": [{"role": "user", "content": "WORDS"}]}, "preferred_output": [{"role": "assistant", "content": "a"}], "non_preferred_output": [{"role": "assistant", "content": "b"}]}""")]
    [InlineData("chat messages", """{"messages": [{"role": "user", "content": "WORDS"}, {"role": "assistant", "content": "b"}]}""")]
    public void Examples_that_are_too_long_are_left_out_of_the_mended_file(string kind, string line)
    {
        string longLine = line.Replace("WORDS", string.Concat(Enumerable.Repeat("word ", 3000)), StringComparison.Ordinal);
        string path = Write([longLine, .. Enumerable.Repeat(line, 10), "{", longLine]);
        string mended = Path.Combine(Folder, "mended.jsonl");

        CliRun run = Check(path, "--no-tokens", "--model", "hone-nano", "--no-measure", "--fix", mended);
        CliRun again = Check(mended, "--no-tokens", "--model", "hone-nano", "--no-measure");
        CliRun taken = Check(path, "--no-tokens", "--fix", mended);

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("leave such examples out with --fix");
        run.Output.ShouldContain($"{mended}: 10 examples without errors; left out: 3");
        again.ExitCode.ShouldBe(0, again.Error);
        again.Output.ShouldContain($"mended.jsonl: {kind}, examples: 10,");
        taken.Error.ShouldContain("exists already. Name another file with --fix, or replace it with --force.");
    }

    [Fact]
    public void Rows_of_one_line_are_told_apart_in_the_mended_file()
    {
        string words = string.Concat(Enumerable.Repeat("word ", 3000));
        string path = WriteFile("rows.json", $$"""[{"question": "a", "answer": "1"}, {"question": "{{words}}", "answer": "2"}, {"question": "c", "answer": "3"}]""");
        string mended = Path.Combine(Folder, "mended.jsonl");

        Check(path, "--no-tokens", "--model", "hone-nano", "--no-measure", "--fix", mended);

        File.ReadAllLines(mended).Select(line => (string)JsonNode.Parse(line)!["messages"]![0]!["content"]!).ShouldBe(["a", "c"]);
    }

    [Fact]
    public void Where_every_example_has_an_error_no_mended_file_is_written()
    {
        string mended = Path.Combine(Folder, "mended.jsonl");

        CliRun run = Check(Write(["{", "["]), "--fix", mended);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain($"{mended} would be empty: every example has an error.");
        File.Exists(mended).ShouldBeFalse();
    }

    [Theory]
    [InlineData("check", "--fix")]
    [InlineData("check", "--report")]
    [InlineData("quality", "--fix")]
    [InlineData("quality", "--mask")]
    [InlineData("quality", "--report")]
    public void A_file_to_write_has_a_name(string command, string option)
    {
        CliRun run = CliRun.Of("data", command, Write([Good]), option, "");

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(option);
    }
}
