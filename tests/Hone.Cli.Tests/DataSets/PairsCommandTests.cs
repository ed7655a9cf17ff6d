using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets;

public sealed class PairsCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-pairs-").FullName;

    string Output => Path.Combine(_folder, "pairs.jsonl");

    [Fact]
    public void Documents_and_tables_become_pairs()
    {
        string text = Write("corpus.txt", "The lake\nThe lake lies in the north.\n<|endofdoc|>\n湖\n湖在很远很远很远很远很远很远的北方。\n");
        string table = Write("pairs.tsv", "english\tchinese\nHello.\t你好。\nThanks.\t谢谢。\n");

        CliRun run = CliRun.Of("data", "pairs", text, table, "--output", Output, "--max", "1");

        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllLines(Output).ShouldBe(["""{"anchor":"The lake","positive":"The lake lies in the north."}""", """{"anchor":"Hello.","positive":"你好。"}"""]);
        run.Output.ShouldContain("corpus.txt: 1 pair");
    }

    [Fact]
    public void A_file_that_exists_is_replaced_only_when_that_is_asked_for()
    {
        string table = Write("pairs.tsv", "english\tchinese\nHello.\t你好。\n");
        File.WriteAllText(Output, "mine");

        CliRun refused = CliRun.Of("data", "pairs", table, "--output", Output);
        string kept = File.ReadAllText(Output);
        CliRun itself = CliRun.Of("data", "pairs", table, "--output", table, "--force");
        CliRun named = CliRun.Of("data", "pairs", table, "--output", Path.Combine(_folder, "pairs.csv"));
        CliRun replaced = CliRun.Of("data", "pairs", table, "--output", Output, "--force");

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("exists already. Name another file with --output, or replace it with --force.");
        kept.ShouldBe("mine");
        itself.Error.ShouldContain("is the file that is read");
        named.Error.ShouldContain("what is written is JSON Lines");
        replaced.ExitCode.ShouldBe(0, replaced.Error);
        File.ReadAllText(Output).ShouldBe("""{"anchor":"Hello.","positive":"你好。"}""" + "\n");
    }

    [Fact]
    public void Numbers_of_a_table_in_json_are_scores()
    {
        string table = Write("sts.jsonl", """
            {"sentence1": "A dog runs.", "sentence2": "A dog is running.", "score": 4.5}
            {"sentence1": "A dog runs.", "sentence2": "The sun shines.", "score": "0"}
            """);

        CliRun run = CliRun.Of("data", "pairs", table, "--output", Output, "--score", "score");

        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllLines(Output).ShouldBe([
            """{"sentence1":"A dog runs.","sentence2":"A dog is running.","score":4.5}""",
            """{"sentence1":"A dog runs.","sentence2":"The sun shines.","score":0}""",
        ]);
    }

    [Fact]
    public void A_table_of_one_column_is_refused_and_nothing_is_written()
    {
        string table = Write("one.csv", "text\nhello\nworld\n");

        CliRun run = CliRun.Of("data", "pairs", table, "--output", Output);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("two are needed for pairs");
        File.Exists(Output).ShouldBeFalse();
    }

    [Theory]
    [InlineData("empty.txt", "", "no pairs were found")]
    [InlineData("bad.jsonl", "{\"a\": \"x\", \"b\":\n", "line contains invalid json")]
    public void Nothing_to_write_and_a_bad_table_are_errors(string name, string text, string message)
    {
        CliRun run = CliRun.Of("data", "pairs", Write(name, text), "--output", Output);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(message);
        File.Exists(Output).ShouldBeFalse();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
