using Hone.Server.FineTuning;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.FineTuning;

public sealed class RefusalTests : IDisposable
{
    readonly Workplace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void Fewer_than_ten_examples()
    {
        Refused(_work.Completions(9), "must have at least 10 examples");

        _work.Job().Status.ShouldBe(JobStatus.Failed);
        _work.Job().Error.ShouldBe(new JobError("invalid_n_examples", "Training file has 9 example(s), but must have at least 10 examples", "training_file"));
    }

    [Fact]
    public void An_example_longer_than_the_context()
    {
        string file = _work.Completions(12);
        File.AppendAllText(file, $$"""{"prompt": "{{string.Concat(Enumerable.Repeat("once ", 2000))}}", "completion": " x"}""");

        Refused(file, "line 13");
    }

    [Fact]
    public void Chats_without_targets()
    {
        string chats = File.ReadAllText(_work.Chats(11)).Replace("\"role\":\"assistant\"", "\"weight\":0,\"role\":\"assistant\"", StringComparison.Ordinal);

        Refused(_work.Write("masked.jsonl", chats), "no target tokens");
    }

    [Fact]
    public void More_tokens_than_the_limit() => Refused(_work.Completions(20), "more than 100 tokens", "--max-tokens", "100");

    [Theory]
    [InlineData("", "empty")]
    [InlineData("not json\n", "line 1")]
    [InlineData("{\"prompt\": \"a\", \"completion\": \"b\"}\n{\"messages\": []}\n", "ine 2")]
    [InlineData("{\"a\": 1}\n", "holds no training lines")]
    [InlineData("\u0001\u0002\u0003", "line 1")]
    public void Files_that_are_no_examples(string content, string reason) => Refused(_work.Write("bad.jsonl", content), reason);

    [Fact]
    public void Bytes_that_are_no_text()
    {
        string path = Path.Combine(_work.Folder, "binary.jsonl");
        File.WriteAllBytes(path, [0xFF, 0x00, 0xC3, 0x28, 0x0A]);

        Refused(path, "UTF-8");
    }

    [Fact]
    public void A_missing_file_and_a_folder_make_no_job()
    {
        Refused(Path.Combine(_work.Folder, "none.jsonl"), "no file");
        Refused(_work.Folder, "folder");

        Directory.Exists(Path.Combine(_work.Data, "jobs")).ShouldBeFalse();
    }

    [Fact]
    public void A_file_of_another_method()
    {
        Refused(_work.Completions(10), "method=dpo", "--method", "dpo");
        foreach (string[] options in (string[][])[[], ["--method", "lora"], ["--method", "full"]])
            Refused(_work.Preferences(10), "holds preferences, which only the method dpo learns from: add --method dpo", options);
    }

    [Theory]
    [InlineData("--epochs", "51", "n_epochs")]
    [InlineData("--batch-size", "0", "batch_size")]
    [InlineData("--learning-rate", "-1", "learning_rate")]
    [InlineData("--dropout", "1", "dropout")]
    [InlineData("--schedule", "zigzag", "schedule")]
    public void Hyperparameters_outside_their_bounds(string option, string value, string named) => Misused(_work.Finetune(_work.Completions(10), option, value), named);

    [Fact]
    public void Layers_that_the_model_does_not_have() => Refused(_work.Completions(10), "nothing", "--target-modules", "nothing");

    [Theory]
    [InlineData("rank", "--method", "full", "--rank", "4")]
    [InlineData("target_modules", "--target-modules", "q_proj", "--method", "full")]
    [InlineData("beta", "--beta", "0.2")]
    [InlineData("patience", "--patience", "2")]
    public void An_option_that_would_have_no_effect(string named, params string[] options) => Misused(_work.Finetune(_work.Completions(10), options), named);

    [Theory]
    [InlineData("--seed", "99999999999", "--seed must be from 0 to 2,147,483,647.")]
    [InlineData("--seed", "-1", "--seed must be from 0 to 2,147,483,647.")]
    [InlineData("--epochs", "many", "--epochs: many is no whole number.")]
    [InlineData("--epochs", "99999999999", "--epochs must be at most 50.")]
    [InlineData("--patience", "99999999999", "--patience must be at most 2,147,483,647.")]
    [InlineData("--max-tokens", "99999999999999999999", "--max-tokens must be at most 9,223,372,036,854,775,807.")]
    [InlineData("--method", "7", "'7'")]
    public void A_value_that_is_none(string option, string value, string named) => Misused(_work.Finetune(_work.Completions(10), option, value), named);

    [Theory]
    [InlineData("--epochs", "4")]
    [InlineData("--suffix", "other")]
    [InlineData("--method", "full")]
    public void Other_values_for_a_job_that_goes_on(string option, string value) => Misused(_work.Run("finetune", "--resume", "ftjob-1", option, value), option);

    [Fact]
    public void A_suffix_that_is_too_long_makes_no_job()
    {
        Misused(_work.Finetune(_work.Completions(10), "--suffix", new string('x', 100_000)), "suffix");

        Directory.Exists(Path.Combine(_work.Data, "jobs")).ShouldBeFalse();
    }

    [Fact]
    public void A_model_that_is_not_there()
    {
        CliRun run = _work.Run("finetune", _work.Completions(10), "--model", "nobody");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("nobody");
    }

    [Fact]
    public void A_job_that_is_not_there()
    {
        _work.Run("finetune", "--resume", "ftjob-none").ExitCode.ShouldBe(1);
        _work.Run("finetune", "--resume", "../../etc").ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData("{\"messages\": [{\"role\": \"user\", \"content\": \"a\", \"weight\": 1}]}", "invalid_file_format", "The job failed due to a file format error in the training file. Invalid file format. Example 1, message 1 contains an extra \"weight\"")]
    [InlineData("{\"messages\": ", "invalid_training_file", "The job failed due to an invalid training file. Example 1 cannot be parsed. Error: line contains invalid json: ")]
    public void What_is_wrong_with_a_file_stands_in_the_job_in_the_words_of_the_API(string line, string code, string message)
    {
        _work.Finetune(_work.Write("bad.jsonl", line + "\n")).ExitCode.ShouldBe(1);

        _work.Job().Error!.Code.ShouldBe(code);
        _work.Job().Error!.Message.ShouldStartWith(message);
        _work.Events()[^1].ShouldSatisfyAllConditions(last => last.Level.ShouldBe("error"), last => last.Message.ShouldBe(_work.Job().Error!.Message));
    }

    static void Misused(CliRun run, string named)
    {
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(named);
        run.Error.Trim().Split('\n').Length.ShouldBe(1);
    }

    void Refused(string file, string reason, params string[] more)
    {
        CliRun run = _work.Finetune(file, more);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(reason);
        run.Error.Trim().Split('\n').Length.ShouldBe(1);
    }
}
