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
