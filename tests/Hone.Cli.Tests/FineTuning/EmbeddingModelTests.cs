using System.Text.Json;
using Hone.Server.FineTuning;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.FineTuning;

public sealed class EmbeddingModelTests : IDisposable
{
    const string Model = "hone-embed";

    readonly Workplace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void A_table_of_scores_becomes_a_tuned_model_that_is_measured_and_embeds()
    {
        string table = _work.Write("sts.csv", "a,b,alike\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"the dog {i},{(i % 2 == 0 ? "my dog" : "a ball of")} {i},{(i % 2 == 0 ? "4.5" : "1")}\n")));
        string pairs = Path.Combine(_work.Folder, "pairs.jsonl");
        CliRun.Of("data", "pairs", table, "--score", "alike", "--output", pairs).ExitCode.ShouldBe(0);

        CliRun run = _work.Run("finetune", pairs, "--model", Model, "--valid", pairs, "--epochs", "1", "--batch-size", "4", "--seed", "1", "--dimensions", "64");
        string tuned = Workplace.TunedModel(run);
        CliRun measured = _work.Run("eval", tuned, pairs);
        CliRun embedded = _work.Run("embed", table, "--column", "a", "--model", tuned, "--out", Path.Combine(_work.Folder, "out.npy"));

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("The training file has 12 scored pairs, the validation file 12 scored pairs.");
        JsonElement result = Workplace.Lines(run)[^1];
        (result.GetProperty("step").GetInt32(), result.GetProperty("chosen_by").GetString()).ShouldBe((3, "full_valid_spearman"));
        _work.Job().Method.ShouldBe(TuningMethod.Contrastive);
        result.GetProperty("full_valid_spearman").GetDouble().ShouldBe(Workplace.Lines(measured)[^1].GetProperty("spearman").GetDouble(), 1e-9);
        embedded.ExitCode.ShouldBe(0, embedded.Error);
    }

    [Fact]
    public void Pairs_are_searched_in_the_whole_file()
    {
        string pairs = _work.Write("pairs.jsonl", """
            {"anchor": "the dog was happy", "positive": "the dog was very happy", "negative": "the price of oil fell"}
            {"anchor": "a cup of green tea", "positive": "a cup of hot green tea"}

            """);

        JsonElement quality = Workplace.Lines(_work.Run("eval", Model, pairs))[^1];

        quality.GetProperty("candidates").GetInt32().ShouldBe(3);
        quality.GetProperty("top_1").GetDouble().ShouldBe(1);
        quality.GetProperty("mrr").GetDouble().ShouldBe(1);
        quality.TryGetProperty("spearman", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("the method lora is for models that write text", "--method", "lora")]
    [InlineData("the method dpo is for models that write text", "--method", "dpo")]
    [InlineData("rank does not apply to an embedding model", "--rank", "4")]
    [InlineData("dimensions has 300, and the model's vectors have 256 numbers", "--dimensions", "300")]
    public void What_does_not_go_with_it_is_refused(string reason, params string[] options)
    {
        string pairs = _work.Write("pairs.jsonl", string.Concat(Enumerable.Range(0, 12).Select(i => $$"""{"anchor": "a {{i}}", "positive": "b {{i}}"}""" + "\n")));

        CliRun run = _work.Run(["finetune", pairs, "--model", Model, .. options]);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(reason);
    }

    [Theory]
    [InlineData("finetune", "{0}", "--model", Model)]
    [InlineData("eval", Model, "{0}")]
    public void A_table_is_no_file_of_pairs_and_the_command_that_makes_one_is_named(params string[] command)
    {
        string table = _work.Write("t.csv", "a,b\nx,y\n");

        CliRun run = _work.Run([.. command.Select(word => word == "{0}" ? table : word)]);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("hone data pairs");
    }

    [Fact]
    public void A_model_that_writes_text_has_no_dimensions()
    {
        CliRun run = _work.Run("eval", Workplace.Model, _work.Completions(10), "--dimensions", "8");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("--dimensions is for embedding models");
    }
}
