using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets;

public sealed class DedupeCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-dedupe-").FullName;

    string Target => Path.Combine(_folder, "out.jsonl");

    string DroppedFile => Path.Combine(_folder, "dropped.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_first_of_equal_examples_stays_and_the_others_are_written_aside()
    {
        string file = Write("d.jsonl", """{"prompt":"a","completion":"1"}""", """{"prompt":"b","completion":"1"}""", "", """{"completion":"1","prompt":"\u0061"}""", """{"prompt":"a","completion":"2"}""");

        CliRun run = Dedupe(file, "--dropped", DroppedFile);

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("3 rows kept, 1 dropped");
        Prompts().ShouldBe(["a1", "b1", "a2"]);
        JsonNode dropped = JsonNode.Parse(File.ReadAllText(DroppedFile))!;
        dropped["line"]!.GetValue<int>().ShouldBe(4);
        dropped["repeats_line"]!.GetValue<int>().ShouldBe(1);
        dropped["row"]!["prompt"]!.GetValue<string>().ShouldBe("a");
    }

    [Fact]
    public void The_vectors_that_a_file_has_are_compared_and_nothing_is_embedded()
    {
        string file = Write("v.csv", "name,embedding", "a,\"[1, 0]\"", "b,\"[0, 1]\"", "c,\"[2, 0.1]\"");

        CliRun run = Dedupe(file, "--semantic", "0.9", "--as-is");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("its own 3 vectors are compared");
        run.Output.ShouldContain("2 rows kept, 1 dropped");
        Directory.GetFiles(_folder).Length.ShouldBe(2);
    }

    [Fact]
    public void A_row_has_its_own_vector_where_all_rows_stand_in_one_line()
    {
        string file = Write("v.json", """[{"prompt":"","completion":"","embedding":[0,1]},{"prompt":"a","completion":"1","embedding":[1,0]},{"prompt":"b","completion":"2","embedding":[0,1]},{"prompt":"c","completion":"3","embedding":[1,0.1]}]""");

        CliRun run = Dedupe(file, "--semantic", "0.9", "--as-is");

        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllText(Target).ShouldContain("\"b\"");
        File.ReadAllText(Target).ShouldNotContain("\"c\"");
    }

    [Fact]
    public void What_was_dropped_is_JSON_Lines_and_called_so()
    {
        string file = Write("d.jsonl", """{"prompt":"a","completion":"1"}""");

        CliRun run = Dedupe(file, "--dropped", Path.Combine(_folder, "x.tsv"));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("x.tsv: what is written is JSON Lines, but the name says .tsv");
        CliRun.Of("data", "dedupe", "--help").Output.ShouldContain("from 0.7 to 1 (default: 0.8)");
        CliRun.Of("data", "split", "--help").Output.ShouldContain("from 0.7 to 1 or 0 [default: 0.8]");
    }

    [Fact]
    public void By_prompt_the_answer_does_not_count_but_the_instructions_do()
    {
        static string Chat(string system, string user, string answer) => $$"""{"messages":[{"role":"system","content":"{{system}}"},{"role":"user","content":"{{user}}"},{"role":"assistant","content":"{{answer}}"}]}""";
        string file = Write("d.jsonl", Chat("s", "q", "1"), Chat("s", "q", "2"), Chat("t", "q", "3"), Chat("s", "Q", "4"));

        CliRun run = Dedupe(file, "--by", "prompt", "--json");

        Last(run)["kept"]!.GetValue<int>().ShouldBe(3);
        File.ReadAllText(Target).ShouldNotContain("\"2\"");
    }

    [Fact]
    public void Near_repeats_go_when_it_is_wished()
    {
        const string Text = "My parcel from last week has still not arrived and the tracking page shows no news at all, please find out where it is";
        string file = Write("d.jsonl", $$"""{"prompt":"{{Text}}","completion":"ok"}""", $$"""{"prompt":"{{Text}} today","completion":"ok"}""", """{"prompt":"What are your opening hours on public holidays, and do you close earlier in winter?","completion":"ok"}""");

        CliRun exact = Dedupe(file, "--json");
        CliRun near = Dedupe(file, "--near", "--force", "--dropped", DroppedFile);

        Last(exact)["dropped"]!.GetValue<int>().ShouldBe(0);
        near.Output.ShouldContain("2 rows kept, 1 dropped");
        near.Output.ShouldContain("1 of the dropped rows were nearly the same");
        JsonNode.Parse(File.ReadAllText(DroppedFile))!["similarity"]!.GetValue<double>().ShouldBeInRange(0.8, 0.999);
    }

    [Fact]
    public void Texts_without_a_prompt_are_known_by_themselves()
    {
        string file = Write("d.txt", "one line", "another line", "one line");

        Dedupe(file, "--by", "prompt", "--json").Output.ShouldContain("\"kept\":2");
    }

    [Fact]
    public void Columns_can_be_kept_and_then_count_for_the_whole()
    {
        string file = Write("d.csv", "text,label,id", "good,a,1", "good,a,2");

        Last(Dedupe(file, "--json"))["kept"]!.GetValue<int>().ShouldBe(1);
        Last(Dedupe(file, "--as-is", "--force", "--json"))["kept"]!.GetValue<int>().ShouldBe(2);
        Last(Dedupe(file, "--as-is", "--by", "prompt", "--force", "--json"))["kept"]!.GetValue<int>().ShouldBe(1);
        File.ReadAllText(Target).ShouldBe("{\"text\":\"good\",\"label\":\"a\",\"id\":\"1\"}\n");
    }

    [Fact]
    public void A_bad_row_or_a_taken_place_leaves_everything_as_it_was()
    {
        string bad = Write("bad.jsonl", """{"prompt":"a","completion":"1"}""", "{");
        string good = Write("good.jsonl", """{"prompt":"a","completion":"1"}""");

        CliRun broken = Dedupe(bad, "--dropped", DroppedFile);
        CliRun onItself = CliRun.Of("data", "dedupe", good, "-o", good, "--force");
        CliRun droppedOnOutput = Dedupe(good, "--dropped", Target);

        (broken.ExitCode, onItself.ExitCode, droppedOnOutput.ExitCode).ShouldBe((1, 1, 1));
        onItself.Error.ShouldContain("is the file that is read");
        droppedOnOutput.Error.ShouldContain("is the output already");
        Directory.GetFiles(_folder).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("Argument 'answer' not recognized. Must be one of: 'prompt' 'all'.", "--by", "answer")]
    [InlineData("--near must be from 0.7 to 1.", "--near", "0.3")]
    [InlineData("--near 0,8: write a decimal point", "--near", "0,8")]
    [InlineData("--near must be from 0.7 to 1.", "--near", "1.5")]
    [InlineData("Give --near (similar words) or --semantic (similar meaning), not both.", "--near", "--semantic")]
    public void Misuse_is_refused(string problem, params string[] options)
    {
        CliRun run = Dedupe("d.jsonl", options);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldStartWith(problem);
    }

    CliRun Dedupe(string file, params string[] options) => CliRun.Of(["data", "dedupe", file, "-o", Target, .. options]);

    string[] Prompts() => [.. File.ReadLines(Target).Select(line => JsonNode.Parse(line)!).Select(row => row["prompt"]!.GetValue<string>() + row["completion"]!.GetValue<string>())];

    string Write(string name, params string[] lines)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    static JsonNode Last(CliRun run) => JsonNode.Parse(run.Output.TrimEnd().Split('\n')[^1])!;
}
