using System.Text.Json;
using Hone.Cli.Tests.Repository;
using Hone.Engine.Embedding;
using Hone.Server.Storage;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Pretraining;

public sealed class PretrainCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-pretrain-").FullName;

    public PretrainCommandTests()
    {
        File.WriteAllText(Config, """
            {
              "model": { "model_type": "llama", "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2, "tie_word_embeddings": true },
              "context": 32, "batch_tokens": 128, "tokens": 2560, "validation_share": 0.1, "dtype": "float32"
            }
            """);
        File.WriteAllLines(Corpus, Enumerable.Range(0, 400).SelectMany(i => (string[])[$"Tim had {i % 7} red balls.", "<|endofdoc|>"]));
    }

    string Config => Path.Combine(_folder, "pretrain.json");

    string Corpus => Path.Combine(_folder, "corpus.txt");

    string Output => Path.Combine(_folder, "model");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_model_in_Hugging_Face_layout_comes_out_and_its_loss_falls()
    {
        CliRun run = Pretrain();

        run.ExitCode.ShouldBe(0, run.Error);
        JsonElement[] lines = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        lines.Length.ShouldBe(21);
        lines[^2].GetProperty("train_loss").GetDouble().ShouldBeLessThan(lines[0].GetProperty("train_loss").GetDouble());
        lines[^1].GetProperty("steps").GetInt32().ShouldBe(20);
        foreach (string file in (string[])["config.json", "model.safetensors", "tokenizer.json", "generation_config.json"])
            File.Exists(Path.Combine(Output, file)).ShouldBeTrue(file);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_the_second_run_uses_the_tokens_of_the_first()
    {
        Pretrain();
        byte[] first = File.ReadAllBytes(Path.Combine(Output, "model.safetensors"));
        DateTime tokenised = File.GetLastWriteTimeUtc(Path.Combine(Output, ".pretraining", "tokens.bin"));

        Pretrain();

        File.ReadAllBytes(Path.Combine(Output, "model.safetensors")).ShouldBe(first);
        File.GetLastWriteTimeUtc(Path.Combine(Output, ".pretraining", "tokens.bin")).ShouldBe(tokenised);
    }

    [Theory]
    [InlineData("{", "pretrain.json")]
    [InlineData("""{ "model": {}, "contxt": 5 }""", "contxt")]
    [InlineData("""{ "model": {}, "context": 1 }""", "context")]
    [InlineData("""{ "model": null }""", "model")]
    [InlineData("""{ "model": { "model_type": "other" } }""", "other")]
    [InlineData("""{ "model": [] }""", "model must be an object")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("""{ "model": {}, "context": "a" }""", "context has a value of another kind")]
    [InlineData("""{ "model": {}, "end_tokens": [null] }""", "end_tokens")]
    [InlineData("""{ "model": { "hidden_size": 1, "hidden_size": 2 } }""", "hidden_size")]
    [InlineData("""{ "model": { "hidden_size": 64 }, "dimensions": [32, 64] }""", "dimensions")]
    [InlineData("""{ "model": {}, "scale": 0 }""", "scale")]
    [InlineData("""{ "model": {}, "tokens": 9000000000000000000 }""", "tokens must be from batch_tokens")]
    public void A_wrong_configuration_is_refused_by_name(string config, string named)
    {
        File.WriteAllText(Config, config);

        CliRun run = Pretrain();

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(named);
    }

    [Theory]
    [InlineData("short", "fewer than one window")]
    [InlineData("", "The corpus has no text")]
    public void A_corpus_without_a_window_is_refused(string text, string problem)
    {
        File.WriteAllText(Corpus, text);

        CliRun run = Pretrain();

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(problem);
    }

    [Fact]
    public void A_missing_corpus_is_refused_before_anything_is_written()
    {
        CliRun run = Pretrain(Path.Combine(_folder, "none.txt"));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("There is no file");
        Directory.Exists(Output).ShouldBeFalse();
    }

    [Fact]
    public void A_second_run_in_the_same_folder_is_refused()
    {
        string work = Directory.CreateDirectory(Path.Combine(Output, ".pretraining")).FullName;
        using var held = FolderLock.Take(work);

        CliRun run = Pretrain();

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("Another process");
    }

    [Fact]
    public void An_encoder_learns_from_pairs_of_texts()
    {
        File.WriteAllText(Config, """
            {
              "model": { "model_type": "bert", "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2, "type_vocab_size": 1 },
              "context": 16, "batch_tokens": 128, "tokens": 5000, "learning_rate": 0.01, "warmup_steps": 0, "validation_share": 0.1, "dimensions": [32, 8], "dtype": "float32"
            }
            """);
        File.WriteAllLines(Corpus, Enumerable.Range(0, 100).Select(i => $$"""{"anchor":"Tim had {{i}} balls","positive":"{{i}} balls he had, red ones, and all of them were big and round and new"}"""));

        CliRun run = Pretrain();

        run.ExitCode.ShouldBe(0, run.Error);
        JsonElement[] lines = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        double[] losses = [.. lines.Where(line => line.TryGetProperty("step", out _)).Select(line => line.GetProperty("train_loss").GetDouble())];
        losses[^1].ShouldBeLessThan(losses[0]);
        (run.Output + run.Error).ShouldContain("100 texts were cut at 16 tokens");
        using var model = EmbeddingModel.Open(Output);
        (model.Pooling, model.Dimensions, model.MaxTokens).ShouldBe((Pooling.Mean, 32, 16));
        File.Exists(Path.Combine(Output, "generation_config.json")).ShouldBeFalse();
    }

    [Fact]
    public void Too_few_pairs_for_a_step_are_refused()
    {
        File.WriteAllText(Config, """{ "model": { "model_type": "bert", "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2 } }""");
        File.WriteAllText(Corpus, """{"anchor":"one","positive":"two"}""");

        CliRun run = Pretrain();

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("Give more pairs, or lower batch_tokens");
    }

    [Theory]
    [InlineData("--minutes", "many")]
    [InlineData("--minutes", "0")]
    [InlineData("--minutes", "1", "--resume")]
    public void Minutes_are_a_number_above_0_of_a_new_run(params string[] options) => Pretrain(options).ExitCode.ShouldBe(2);

    [Fact]
    public void There_is_nothing_to_resume_before_the_first_run()
    {
        CliRun run = Pretrain("--resume");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("holds no run to resume");
        Directory.Exists(Output).ShouldBeFalse();
    }

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public void A_killed_run_goes_on_to_the_same_bytes()
    {
        File.WriteAllText(Config, File.ReadAllText(Config).Replace("\"tokens\": 2560", "\"tokens\": 102400, \"checkpoint_steps\": 10", StringComparison.Ordinal));
        Pretrain();
        byte[] expected = File.ReadAllBytes(Path.Combine(Output, "model.safetensors"));
        Directory.Delete(Output, recursive: true);

        string[] more = [];
        foreach (int steps in (int[])[1, 55, 120])
        {
            using HoneProcess process = new(Arguments(more));
            process.WaitForStep(() => Path.Combine(Output, ".pretraining", "metrics.jsonl"), steps).Kill();
            more = ["--resume"];
        }

        CliRun last = Pretrain("--resume");

        last.ExitCode.ShouldBe(0, last.Error);
        File.ReadAllBytes(Path.Combine(Output, "model.safetensors")).ShouldBe(expected);
    }

    CliRun Pretrain(params string[] more) => CliRun.Of(Arguments(more));

    string[] Arguments(string[] more) =>
        [
            "pretrain", Corpus, "--config", Config, "--output", Output, "--json",
            "--tokenizer", Path.Combine(RepositoryFiles.Root, "tests", "models", "stories260k"), .. more,
        ];
}
