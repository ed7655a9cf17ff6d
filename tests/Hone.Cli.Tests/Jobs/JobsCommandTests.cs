using System.Text.Json;
using Hone.Cli.Tests.FineTuning;
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
        JobStore store = new(Database.Open(new DataFolder(_work.Data)), TimeProvider.System);
        JobRecord job = store.Create(new JobRecord
        {
            Model = "tiny",
            TrainingFile = JobFile.Of(_work.Completions(10)),
            Method = TuningMethod.Lora,
            Seed = 1,
            CreatedAt = TimeProvider.System.GetUtcNow(),
            Hyperparameters = new Hyperparameters(),
        });

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
