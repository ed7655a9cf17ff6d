using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Analysis;

public sealed class SemanticDedupeTests : AnalysisTests
{
    [Fact]
    public void Rows_that_say_the_same_go_but_not_under_other_instructions()
    {
        static string Chat(string system, string user) => $$"""{"messages":[{"role":"system","content":"{{system}}"},{"role":"user","content":"{{user}}"},{"role":"assistant","content":"ok"}]}""";
        File.WriteAllLines(PathOf("d.jsonl"), [Chat("s", Coffee[0]), Chat("s", Coffee[0].ToUpperInvariant()), Chat("s", Dogs[1]), Chat("t", Coffee[0])]);

        CliRun run = CliRun.Of("data", "dedupe", PathOf("d.jsonl"), "--by", "prompt", "--semantic", "0.2", "-o", PathOf("out.jsonl"), "--dropped", PathOf("dropped.jsonl"), "--json");
        CliRun same = CliRun.Of("data", "dedupe", PathOf("d.jsonl"), "--by", "prompt", "--semantic", "-o", PathOf("same.jsonl"), "--json");
        CliRun both = CliRun.Of("data", "dedupe", PathOf("d.jsonl"), "--semantic", "--near");

        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllLines(PathOf("out.jsonl"))[^1].ShouldContain("\"t\"");
        Last(run)["dropped"]!.GetValue<int>().ShouldBeGreaterThan(0);
        Last(run)["near"]!.GetValue<int>().ShouldBe(Last(run)["dropped"]!.GetValue<int>());
        File.ReadAllLines(PathOf("dropped.jsonl")).Length.ShouldBe(Last(run)["dropped"]!.GetValue<int>());
        Last(run)["kept"]!.GetValue<int>().ShouldBeLessThanOrEqualTo(Last(same)["kept"]!.GetValue<int>());
        both.ExitCode.ShouldBe(2);
        Lines(same).First(line => line["cached"] is not null)["cached"]!.GetValue<int>().ShouldBe(4);
    }

    [Theory]
    [InlineData("""{"sentence1":"FIRST","sentence2":"SECOND","score":1}""", """{"sentence1":"FIRST","sentence2":"SECOND","score":0}""")]
    [InlineData("""{"anchor":"FIRST","positive":"SECOND","negative":"x"}""", """{"anchor":"FIRST","positive":"SECOND","negative":"y"}""")]
    public void Pairs_repeat_only_pairs_with_the_same_score_and_negatives_of_which_both_texts_are_near(string pair, string apart)
    {
        string Pair(string of, string first, string second) => of.Replace("FIRST", first, StringComparison.Ordinal).Replace("SECOND", second, StringComparison.Ordinal);
        string[] kept = [Pair(pair, Coffee[0], Dogs[0]), Pair(apart, Coffee[0], Dogs[0]), Pair(pair, Coffee[0], Coffee[3]), Pair(pair, Dogs[0], Coffee[0])];
        File.WriteAllLines(PathOf("pairs.jsonl"), [.. kept, Pair(pair, Coffee[0] + " ", Dogs[0])]);

        CliRun run = CliRun.Of("data", "dedupe", PathOf("pairs.jsonl"), "--semantic", "-o", PathOf("out.jsonl"), "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllLines(PathOf("out.jsonl")).ShouldBe(kept);
        Last(run)["near"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public void Tables_that_are_no_training_data_keep_all_their_columns()
    {
        File.WriteAllLines(PathOf("t.csv"), ["alpha,beta,gamma", $"1,{Coffee[0]},x", $"1,{Coffee[0]} ,x", $"2,{Dogs[1]},y"]);

        CliRun run = CliRun.Of("data", "dedupe", PathOf("t.csv"), "--semantic", "-o", PathOf("out.jsonl"));

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("kept as they are, with all their columns");
        File.ReadAllLines(PathOf("out.jsonl")).Length.ShouldBe(2);
        File.ReadAllText(PathOf("out.jsonl")).ShouldContain("\"gamma\":\"y\"");
    }

    [Fact]
    public void A_column_is_compared_alone_and_rows_keep_the_others()
    {
        File.WriteAllLines(PathOf("t.csv"), ["question,answer,id", $"{Coffee[0]},one,17", $"{Coffee[0]} ,{Dogs[0]},98", $"{Dogs[1]},one,3"]);
        File.WriteAllText(PathOf("pairs.jsonl"), """{"anchor":"a","positive":"b"}""");

        CliRun run = CliRun.Of("data", "dedupe", PathOf("t.csv"), "--semantic", "--column", "question", "-o", PathOf("out.jsonl"));
        CliRun wrong = CliRun.Of("data", "dedupe", PathOf("t.csv"), "--semantic", "--column", "no", "-o", PathOf("none.jsonl"));
        CliRun pairs = CliRun.Of("data", "dedupe", PathOf("pairs.jsonl"), "--semantic", "--column", "anchor", "-o", PathOf("none.jsonl"));

        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllLines(PathOf("out.jsonl")).Length.ShouldBe(2);
        File.ReadAllLines(PathOf("out.jsonl"))[1].ShouldContain("\"id\":\"3\"");
        wrong.Error.ShouldContain("There is no column no.");
        pairs.Error.ShouldContain("compared by both texts");
        CliRun.Of("data", "dedupe", PathOf("t.csv"), "--column", "question", "-o", PathOf("o")).ExitCode.ShouldBe(2);
    }

    [Fact]
    public void Semantic_repeats_say_how_many_texts_were_read_in_windows()
    {
        File.WriteAllLines(PathOf("d.jsonl"), [.. Enumerable.Range(0, 3).Select(i => $$"""{"prompt":"{{string.Concat(Enumerable.Repeat("many words here ", i * 100))}}","completion":"a{{i}}"}""")]);

        CliRun run = CliRun.Of("data", "dedupe", PathOf("d.jsonl"), "--semantic", "-o", PathOf("out.jsonl"), "--cache", PathOf("c"));

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("2 texts are longer than the 128 tokens that the model reads at once");
        File.Exists(PathOf("c")).ShouldBeTrue();
        CliRun.Of("data", "dedupe", PathOf("d.jsonl"), "--cache", PathOf("c"), "-o", PathOf("o")).ExitCode.ShouldBe(2);
    }
}
