using System.Text.Json;
using Hone.Server.FineTuning;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.FineTuning;

public sealed class FinetuneCommandTests : IDisposable
{
    readonly Workplace _work = new();

    public void Dispose() => _work.Dispose();

    [Theory]
    [InlineData("lora", "adapter_model.safetensors")]
    [InlineData("full", "model.safetensors")]
    public void A_tuned_model_comes_out_with_its_lineage_and_its_loss_falls(string method, string weights)
    {
        CliRun run = _work.Finetune(_work.Completions(20), "--method", method, "--suffix", "test", "--seed", "1");

        run.ExitCode.ShouldBe(0, run.Error);
        JsonElement[] lines = Workplace.Lines(run);
        string model = Workplace.TunedModel(run);
        model.ShouldStartWith("ft:stories260k:local:test:");
        lines[^2].GetProperty("train_loss").GetDouble().ShouldBeLessThan(lines[1].GetProperty("train_loss").GetDouble());
        string folder = Path.Combine(_work.Data, "models", model.Replace(':', '+'));
        File.Exists(Path.Combine(folder, weights)).ShouldBeTrue();
        JsonElement record = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "hone.json"))).RootElement;
        record.GetProperty("lineage").EnumerateArray().Last().GetString().ShouldStartWith(model);
    }

    [Fact]
    public void Every_line_is_an_object_and_the_last_one_a_summary()
    {
        CliRun run = _work.Finetune(_work.Completions(12), "--valid", _work.Completions(4, "valid.jsonl"), "--epochs", "2");

        JsonElement[] lines = Workplace.Lines(run);
        lines[0].GetProperty("hyperparameters").GetProperty("n_epochs").GetInt32().ShouldBe(2);
        lines[1].GetProperty("tokens_per_second").GetDouble().ShouldBeGreaterThan(0);
        string[] summary = [.. lines[^1].EnumerateObject().Select(field => field.Name)];
        summary.ShouldBe(["fine_tuned_model", "train_loss", "valid_loss", "trained_tokens", "seconds", "job", "step", "chosen_by"]);
        lines[^1].GetProperty("valid_loss").GetDouble().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void The_database_holds_record_and_events_and_the_job_folder_metrics_results_and_checkpoints()
    {
        CliRun run = _work.Finetune(_work.Completions(10), "--epochs", "2", "--batch-size", "5");

        JobRecord job = _work.Job();
        job.Status.ShouldBe(JobStatus.Succeeded);
        job.Hyperparameters.LearningRate.ShouldBeNull();
        job.Resolved!.LearningRate.ShouldBeGreaterThan(0);
        job.TrainingFile.Sha256.Length.ShouldBe(64);
        job.Checkpoints.Select(checkpoint => checkpoint.Step).Order().ShouldBe([2, 4]);
        string folder = _work.JobFolder();
        File.ReadAllLines(Path.Combine(folder, "metrics.jsonl")).Length.ShouldBe(4);
        File.ReadAllLines(Path.Combine(folder, "results.csv"))[0].ShouldBe("step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy");
        string[] messages = [.. _work.Events().Select(happened => happened.Message)];
        messages[0].ShouldBe($"Created fine-tuning job: {job.Id}");
        messages[1].ShouldBe($"Validating training file: {job.TrainingFile.Id}");
        messages[2].ShouldBe("Files validated, moving job to queued state");
        messages[3].ShouldBe("Fine-tuning job started");
        messages[4].ShouldStartWith("Step 1/4: training loss=");
        messages[8].ShouldStartWith("Checkpoint created at step 2 with Snapshot ID: ft:stories260k:local::");
        messages[9].ShouldBe($"New fine-tuned model created: {Workplace.TunedModel(run)}");
        messages[10].ShouldBe("The job has successfully completed");
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        string file = _work.Completions(10);

        CliRun first = _work.Finetune(file, "--seed", "7", "--dropout", "0.1", "--epochs", "2");
        CliRun second = _work.Finetune(file, "--seed", "7", "--dropout", "0.1", "--epochs", "2");
        CliRun other = _work.Finetune(file, "--seed", "8", "--dropout", "0.1", "--epochs", "2");

        _work.Weights(Workplace.TunedModel(second)).ShouldBe(_work.Weights(Workplace.TunedModel(first)));
        _work.Weights(Workplace.TunedModel(other)).ShouldNotBe(_work.Weights(Workplace.TunedModel(first)));
    }

    [Fact]
    public void Chats_train_through_the_template_and_preferences_through_dpo()
    {
        CliRun chat = _work.Finetune(_work.Chats(10), "--epochs", "1");
        CliRun preferences = _work.Finetune(_work.Preferences(10), "--epochs", "2", "--method", "dpo", "--beta", "0.2");

        chat.ExitCode.ShouldBe(0, chat.Error);
        preferences.ExitCode.ShouldBe(0, preferences.Error);
        Workplace.Lines(preferences)[1].GetProperty("train_loss").GetDouble().ShouldBe(Math.Log(2), 1e-6);
        Workplace.Lines(preferences)[^2].GetProperty("train_loss").GetDouble().ShouldBeLessThan(Math.Log(2));
    }

    [Fact]
    public void A_share_of_every_epoch_comes_from_the_replay_file_and_is_counted()
    {
        CliRun run = _work.Finetune(_work.Completions(20), "--epochs", "2", "--batch-size", "5", "--replay-share", "0.2", "--replay-file", _work.Chats(30));

        run.ExitCode.ShouldBe(0, run.Error);
        JsonElement[] lines = Workplace.Lines(run);
        lines[0].GetProperty("hyperparameters").GetProperty("replay_share").GetDouble().ShouldBe(0.2);
        lines[0].GetProperty("hyperparameters").GetProperty("steps").GetInt32().ShouldBe(10);
        JsonElement replay = lines[^1].GetProperty("replay");
        (replay.GetProperty("examples_per_epoch").GetInt32(), replay.GetProperty("held_out").GetInt32()).ShouldBe((5, 3));
        replay.GetProperty("tokens").GetInt64().ShouldBeInRange(1, lines[^1].GetProperty("trained_tokens").GetInt64() - 1);
        replay.GetProperty("loss_after").GetDouble().ShouldBeGreaterThan(0);
        string record = File.ReadAllText(Path.Combine(_work.Data, "models", Workplace.TunedModel(run).Replace(':', '+'), "hone.json"));
        JsonElement[] data = [.. JsonDocument.Parse(record).RootElement.GetProperty("data").EnumerateArray()];
        data.Select(file => file.GetProperty("purpose").GetString()).ShouldBe(["train", "replay"]);
    }

    [Fact]
    public void The_files_of_a_job_are_kept_once_under_ids_that_exist()
    {
        string file = _work.Completions(10), valid = _work.Completions(4, "valid.jsonl");
        _work.Finetune(file, "--epochs", "1", "--valid", valid).ExitCode.ShouldBe(0);
        JobRecord job = _work.Job();
        CliRun again = _work.Finetune(job.TrainingFile.Id!, "--epochs", "1", "--valid", valid);
        File.AppendAllText(file, File.ReadAllText(valid));
        CliRun changed = _work.Finetune(file, "--epochs", "1");

        CliRun show = _work.Run("jobs", "show", job.Id), list = _work.Run("files", "list", "--purpose", "fine-tune");

        again.ExitCode.ShouldBe(0, again.Error);
        changed.ExitCode.ShouldBe(0, changed.Error);
        Workplace.Lines(show)[0].GetProperty("training_file").GetString().ShouldBe(job.TrainingFile.Id);
        Workplace.Lines(list)[..^1].Select(kept => kept.GetProperty("filename").GetString()).ShouldBe(["train.jsonl", "valid.jsonl", "train.jsonl"]);
        Workplace.Lines(list)[^2].GetProperty("id").GetString().ShouldBe(job.TrainingFile.Id);
        CliRun.Of("jobs", "show", job.Id, "--data", _work.Data).Output.ShouldContain($"train.jsonl ({job.TrainingFile.Id})");
    }

    [Fact]
    public void Replay_without_a_file_is_misuse()
    {
        CliRun run = _work.Finetune(_work.Completions(20), "--replay-share", "0.2");

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("replay_share needs a replay file");
    }

    [Fact]
    public void Without_a_file_or_a_model_the_command_is_misused()
    {
        _work.Run("finetune").ExitCode.ShouldBe(2);
        _work.Run("finetune", _work.Completions(10)).ExitCode.ShouldBe(2);
        _work.Finetune(_work.Completions(10), "--resume", "ftjob-1").ExitCode.ShouldBe(2);
        _work.Finetune(_work.Completions(10), "--epochs", "many").ExitCode.ShouldBe(2);
        _work.Finetune(_work.Completions(10), "--method", "magic").ExitCode.ShouldBe(2);
    }
}
