using System.Text;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets.Checks;

/// <summary><c>hone data check</c> on files that are no training lines as they stand.</summary>
public sealed class CheckFormatsTests : CheckTests
{
    [Fact]
    public void The_command_that_converts_has_theFolder_and_the_options()
    {
        string path = WriteFile("my reviews.csv", "text;mark\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"review {i};{i % 2}\n")));

        CliRun run = Check(path, "--no-tokens", "--separator", ";", "--header", "--user", "Good? {text}\\n", "--assistant", "{mark} $");

        run.Output.ShouldContain($"""`hone data convert "{path}" --separator ";" --header --user "Good? """ + "{text}\\n\" --assistant '{mark} $'`.\n");
    }

    [Fact]
    public void Rows_that_cannot_be_read_are_passed_over_and_all_are_found()
    {
        string path = WriteFile("qa.csv", "question,answer\na,b\nc,d,e\n\"f\ng\",h\ni\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"q{i},a{i}\n")) + "last,\"open\n");
        string mended = Path.Combine(Folder, "mended.jsonl");

        CliRun run = Check(path, "--no-tokens", "--fix", mended);

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("error invalid_row: 2\n  Line 3 has 3 cells, but the table has 2 columns.");
        run.Output.ShouldContain("\n  Line 6 has 1 cell, but the table has 2 columns: answer is missing. This row was passed over.\n");
        run.Output.ShouldContain($"error unread_rest: 1\n  {path}: Line 19, column 6: this quote is never closed.");
        run.Output.ShouldContain("examples: 16, ");
        run.Output.ShouldContain("Examples with errors: 2;");
        run.Output.ShouldContain("messages     2    2    2       2     2    2    28\n");
        run.Output.ShouldEndWith($"{mended}: 14 examples without errors; left out: 2, and all that could not be read\n");
    }

    [Fact]
    public void A_file_of_bad_rows_alone_is_refused_with_what_is_wrong()
    {
        CliRun run = Check(WriteFile("qa.csv", "question,answer\na,b\0c\n"));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("qa.csv: Line 2, column answer: there is a zero byte");
    }

    [Fact]
    public void Values_of_a_list_that_hold_no_text_are_passed_over()
    {
        string path = WriteFile("qa.json", "[" + string.Concat(Enumerable.Range(0, 12).Select(i => $"{{\"question\": \"q{i}\", \"answer\": \"a\"}},\n")) + "{\"question\": \"\\ud83d\", \"answer\": \"a\"},\n{\"question\": \"q\", \"answer\": \"a\"}]");

        CliRun run = Check(path, "--no-tokens");

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("error invalid_row: 1\n  line 13: The value that begins in line 13 has an escape");
        run.Output.ShouldContain("examples: 14, ");
    }

    [Fact]
    public void Bad_lines_of_instructions_are_passed_over()
    {
        CliRun run = Check(Write([.. Enumerable.Repeat("""{"instruction": "Say hello.", "input": "", "output": "Hello."}""", 10), "{"]), "--no-tokens");

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("Alpaca");
        run.Output.ShouldContain("error invalid_row: 1\n");
    }

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public void Other_formats_are_tried_out_as_what_they_become()
    {
        string path = WriteFile("qa.csv", "question,answer\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"q{i},\"a\n{i}\"\n")));

        CliRun run = Check(path, "--model", Model, "--no-tokens");

        run.Error.ShouldBe("");
        run.Output.ShouldContain(" GB measured with the longest example, ");
    }

    [Fact]
    public void Other_formats_are_checked_as_what_they_become()
    {
        string path = WriteFile("reviews.csv", "text,label\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"review {i},{(i % 2 == 0 ? "good" : "bad")}\n")));

        CliRun run = Check(path);

        run.ExitCode.ShouldBe(0);
        run.Output.ShouldContain("warning needs_conversion: 1");
        run.Output.ShouldContain("2 classes\n  bad   6  50.0 %\n  good  6  50.0 %\n");
    }

    [Fact]
    public void Lines_of_another_shape_are_recognised()
    {
        CliRun run = Check(Write(Enumerable.Repeat("""{"instruction": "Say hello.", "input": "", "output": "Hello."}""", 10)), "--no-tokens");

        run.ExitCode.ShouldBe(0);
        run.Output.ShouldContain("Alpaca");
        run.Output.ShouldContain("warning needs_conversion: 1");
    }

    [Theory]
    [InlineData("utf-16", true, "UTF-16LE with a byte order mark")]
    [InlineData("utf-16BE", true, "UTF-16BE with a byte order mark")]
    [InlineData("utf-16", false, "UTF-16LE")]
    [InlineData("utf-16BE", false, "UTF-16BE")]
    [InlineData("gb18030", false, "GB18030")]
    public void Lines_in_another_encoding_are_checked_as_what_they_become(string name, bool hasMark, string expected)
    {
        Encoding encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        string path = Path.Combine(Folder, "other.jsonl");
        File.WriteAllBytes(path, [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(string.Concat(Enumerable.Repeat(Good + "\n", 10)))]);

        CliRun run = Check(path, "--no-tokens");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain($"other.jsonl: jsonl, {expected}\n");
        run.Output.ShouldContain("warning needs_conversion: 1");
        run.Output.ShouldContain("other.jsonl: chat messages, examples: 10, ");
    }

    [Theory]
    [InlineData("v.jsonl", "{\"text\": \"a\", \"label\": \"b\", \"embedding\": [0.5, 0.25, 1]}\n")]
    [InlineData("v.csv", "text,label,embedding\na,b,\"[0.5, 0.25, 1]\"\n")]
    [InlineData("ids.jsonl", "{\"id\": 7, \"numbers\": [0.5, 0.25, 1]}\n")]
    public void A_file_of_vectors_is_named_as_one_with_what_it_is_for(string name, string text)
    {
        string path = WriteFile(name, text);

        CliRun run = Check(path);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain($"{path} is a file of vectors (3 numbers each, in the column ");
        run.Error.ShouldContain($"hone search {path} \"QUERY\"");
        run.Output.ShouldNotContain("Errors:");
    }

    [Fact]
    public void Texts_beside_vectors_are_checked_where_it_is_said_what_they_are()
    {
        string path = WriteFile("v.csv", "text,label,embedding\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"t{i},l,\"[0.5, 1]\"\n")));

        CliRun run = Check(path, "--no-tokens", "--prompt", "{text}", "--completion", "{label}");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("v.csv: prompt and completion, examples: 12");
    }

    [Fact]
    public void An_array_of_vectors_is_one_too()
    {
        string path = Path.Combine(Folder, "v.npy");
        CliRun.Of("embed", WriteFile("t.csv", "text\na\nb\n"), "--column", "text", "--out", path, "--data", Folder).ExitCode.ShouldBe(0);

        Check(path).Error.ShouldContain("v.npy is a file of vectors (256 numbers each), such as hone embed writes");
    }
}
