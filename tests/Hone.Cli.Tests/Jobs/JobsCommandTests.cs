using System.Text.Json;
using Hone.Cli.Tests.FineTuning;
using Hone.Engine.Training;
using Hone.Server.FineTuning;
using Hone.Server.Storage;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Jobs;

public sealed class JobsCommandTests : IDisposable
{
    readonly Workplace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void A_job_is_listed_shown_and_its_events_are_told()
    {
        string model = Workplace.TunedModel(_work.Finetune(_work.Completions(10), "--epochs", "1", "--batch-size", "5"));
        string id = _work.Job().Id;

        CliRun list = _work.Run("jobs", "list");
        CliRun show = _work.Run("jobs", "show", id);
        CliRun events = _work.Run("jobs", "events", id, "--follow");
        CliRun forPeople = CliRun.Of("jobs", "show", id, "--data", _work.Data);

        Workplace.Lines(list)[0].GetProperty("job").GetString().ShouldBe(id);
        Workplace.Lines(list)[^1].GetProperty("jobs").GetInt32().ShouldBe(1);
        Workplace.Lines(show)[0].GetProperty("fine_tuned_model").GetString().ShouldBe(model);
        Workplace.Lines(show)[0].GetProperty("hyperparameters").GetProperty("n_epochs").GetInt32().ShouldBe(1);
        JsonElement[] told = Workplace.Lines(events);
        told[0].GetProperty("message").GetString().ShouldBe($"Created fine-tuning job: {id}");
        told.Count(happened => happened.GetProperty("data") is { ValueKind: JsonValueKind.Object } data && data.TryGetProperty("step", out _)).ShouldBe(2);
        told[^1].GetProperty("message").GetString().ShouldBe("The job has successfully completed");
        forPeople.Output.ShouldContain(model);
    }

    [Fact]
    public void What_cannot_be_done_with_a_job_is_refused()
    {
        _work.Finetune(_work.Completions(9)).ExitCode.ShouldBe(1);
        string id = _work.Job().Id;

        foreach (string change in (string[])["cancel", "pause", "resume"])
        {
            CliRun run = _work.Run("jobs", change, id);
            run.ExitCode.ShouldBe(1);
            run.Error.ShouldContain($"{id} is failed");
        }

        _work.Run("jobs", "show", "ftjob-none").Error.ShouldContain("no job ftjob-none");
    }

    [Fact]
    public void A_model_that_a_job_waits_for_is_not_removed()
    {
        _work.Run("models", "add", Workplace.Model, "--name", "tiny").ExitCode.ShouldBe(0);
        JobRecord job = Waiting();

        CliRun refused = _work.Run("models", "remove", "tiny");
        _work.Run("jobs", "cancel", job.Id).ExitCode.ShouldBe(0);
        CliRun removed = _work.Run("models", "remove", "tiny");

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain(job.Id);
        removed.ExitCode.ShouldBe(0, removed.Error);
    }

    [Fact]
    public void A_file_that_a_job_waits_for_is_not_deleted()
    {
        string file = Workplace.Lines(_work.Run("files", "upload", _work.Completions(10)))[0].GetProperty("id").GetString()!;
        JobStore store = new(Database.Open(new DataFolder(_work.Data)), TimeProvider.System);
        JobRecord job = store.Create(new JobRecord
        {
            Model = "tiny",
            TrainingFile = JobFile.Of(Path.Combine(_work.Data, "files", file)) with { Id = file },
            Method = TuningMethod.Lora,
            Seed = 1,
            CreatedAt = TimeProvider.System.GetUtcNow(),
            Hyperparameters = new Hyperparameters(),
        });

        CliRun refused = _work.Run("files", "delete", file);
        _work.Run("jobs", "cancel", job.Id).ExitCode.ShouldBe(0);
        CliRun deleted = _work.Run("files", "delete", file);

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain($"The file {file} cannot be deleted: {job.Id}");
        deleted.ExitCode.ShouldBe(0, deleted.Error);
    }

    [Fact]
    public void A_job_that_has_ended_keeps_no_checkpoints_is_deleted_and_its_model_stays()
    {
        string model = Workplace.TunedModel(_work.Finetune(_work.Completions(10), "--epochs", "2", "--batch-size", "5"));
        string id = _work.Job().Id;
        bool hasCheckpoints = Directory.Exists(Path.Combine(_work.JobFolder(), Trainer.CheckpointsFolder));

        CliRun shown = _work.Run("jobs", "show", id);
        CliRun deleted = CliRun.Of("jobs", "delete", id, "--data", _work.Data);
        CliRun again = _work.Run("jobs", "delete", id);

        hasCheckpoints.ShouldBeFalse();
        Workplace.Lines(shown)[0].GetProperty("bytes").GetInt64().ShouldBeInRange(1, 100_000);
        deleted.ExitCode.ShouldBe(0, deleted.Error);
        deleted.Output.ShouldContain($"Its model {model} stays. To delete that too: hone models remove {model} --data ");
        Directory.GetDirectories(Path.Combine(_work.Data, "jobs")).ShouldBeEmpty();
        Workplace.Lines(_work.Run("jobs", "list")).ShouldHaveSingleItem().GetProperty("jobs").GetInt32().ShouldBe(0);
        _work.Weights(model).ShouldNotBeEmpty();
        _work.Run("complete", model, "The dog", "--max-tokens", "2").ExitCode.ShouldBe(0);
        again.Error.ShouldContain($"There is no job {id}");
    }

    [Fact]
    public void A_job_that_has_not_ended_is_not_deleted()
    {
        string id = Waiting().Id;

        CliRun refused = _work.Run("jobs", "delete", id);

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain($"Cancel it first: hone jobs cancel {id}");
        _work.Job().Id.ShouldBe(id);
    }

    [Fact]
    public void A_cancelled_job_keeps_the_weights_of_its_checkpoints_alone()
    {
        string id = Waiting().Id;
        string checkpoint = Path.Combine(_work.Data, "jobs", id, Trainer.CheckpointsFolder, "3");
        Directory.CreateDirectory(checkpoint);
        foreach (string file in (string[])["weights.safetensors", "moments.safetensors", "state.json"])
            File.WriteAllText(Path.Combine(checkpoint, file), "0123456789");

        CliRun before = _work.Run("jobs", "list");
        _work.Run("jobs", "cancel", id).ExitCode.ShouldBe(0);
        CliRun after = _work.Run("jobs", "list");

        Workplace.Lines(before)[0].GetProperty("bytes").GetInt64().ShouldBe(30);
        Workplace.Lines(after)[0].GetProperty("bytes").GetInt64().ShouldBe(20);
        File.Exists(Path.Combine(checkpoint, "moments.safetensors")).ShouldBeFalse();
        _work.Run("jobs", "delete", id).ExitCode.ShouldBe(0);
    }

    [Fact]
    public void A_job_whose_process_is_gone_says_how_to_go_on()
    {
        string id = Waiting($"{Environment.MachineName}/{int.MaxValue}/1").Id;

        CliRun list = CliRun.Of("jobs", "list", "--data", _work.Data);
        CliRun show = CliRun.Of("jobs", "show", id, "--data", _work.Data);

        string expected = $"No process works on {id} any more: a running server goes on with it. Without one: hone finetune --resume {id} --data ";
        list.Output.ShouldContain(expected);
        show.Output.ShouldContain(expected);
        Workplace.Lines(_work.Run("jobs", "show", id))[0].GetProperty("has_no_process").GetBoolean().ShouldBeTrue();
    }

    JobRecord Waiting(string? worker = null) =>
        new JobStore(Database.Open(new DataFolder(_work.Data)), TimeProvider.System).Create(
            new JobRecord
            {
                Model = "tiny",
                TrainingFile = JobFile.Of(_work.Completions(10)),
                Method = TuningMethod.Lora,
                Seed = 1,
                CreatedAt = TimeProvider.System.GetUtcNow(),
                Hyperparameters = new Hyperparameters(),
            },
            worker);

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public void A_running_job_is_paused_and_goes_on_from_another_terminal()
    {
        using HoneProcess process = new("finetune", _work.Completions(200), "--model", Workplace.Model, "--seed", "5", "--epochs", "10", "--data", _work.Data);
        process.WaitForStep(() => Directory.Exists(Path.Combine(_work.Data, "jobs")) && Directory.GetDirectories(Path.Combine(_work.Data, "jobs")) is [var folder] ? Path.Combine(folder, "metrics.jsonl") : null, 5);
        string id = _work.Job().Id;

        CliRun pause = _work.Run("jobs", "pause", id);
        (int exitCode, string error) = process.WaitForExit();
        CliRun resume = _work.Run("jobs", "resume", id);
        CliRun finished = _work.Run("finetune", "--resume", id);

        pause.ExitCode.ShouldBe(0, pause.Error);
        (exitCode, error.Contains("--resume", StringComparison.Ordinal)).ShouldBe((1, true));
        Workplace.Lines(resume)[0].GetProperty("status").GetString().ShouldBe("queued");
        finished.ExitCode.ShouldBe(0, finished.Error);
    }
}
