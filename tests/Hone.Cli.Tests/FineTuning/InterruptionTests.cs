using Hone.Server.FineTuning;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.FineTuning;

/// <summary>The real process, stopped by the system.</summary>
public sealed class InterruptionTests : IDisposable
{
    static readonly string[] Training = ["--seed", "5", "--dropout", "0.05"];
    static readonly string[] Short = ["--epochs", "3"];

    /// <summary>For jobs that must not end before the test has acted, on a machine where it gets its turn late.</summary>
    static readonly string[] Longer = ["--epochs", "10"];

    readonly Workplace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public void A_job_killed_again_and_again_ends_with_the_same_bytes()
    {
        string file = _work.Completions(60);
        string valid = _work.Completions(8, "valid.jsonl");
        byte[] expected = Uninterrupted(file, valid, out byte[] expectedResults);

        string[] arguments = ["finetune", file, "--model", Workplace.Model, "--valid", valid, .. Training, .. Short];
        foreach (int steps in (int[])[1, 40, 61, 100, 150, 180])
        {
            using HoneProcess process = Start(arguments);
            process.WaitForStep(Metrics, steps).Kill();
            arguments = ["finetune", "--resume", Path.GetFileName(_work.JobFolder())];
        }

        // The last kill may come when the job has just ended.
        if (_work.Job().Status != JobStatus.Succeeded)
            _work.Run(arguments).ExitCode.ShouldBe(0);

        _work.Weights(_work.Job().FineTunedModel!).ShouldBe(expected);
        File.ReadAllBytes(Path.Combine(_work.JobFolder(), "results.csv")).ShouldBe(expectedResults);
        _work.Events().Where(happened => happened.Step is not null).Select(happened => happened.Step!.Value).ShouldBe(Enumerable.Range(1, 180));
        Directory.GetDirectories(Path.Combine(_work.Data, "models"), "ft+*").Length.ShouldBe(3);
    }

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public void Ctrl_C_leaves_a_checkpoint_and_the_command_to_go_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "skipped: signals are sent by kill");
        using HoneProcess process = Start(["finetune", _work.Completions(200), "--model", Workplace.Model, .. Training, .. Longer]);

        (int exitCode, string error) = process.WaitForStep(Metrics, 20).Interrupt();

        exitCode.ShouldBe(1);
        string job = Path.GetFileName(_work.JobFolder());
        error.ShouldContain($"hone finetune --resume {job}");
        _work.Job().Status.ShouldBe(JobStatus.Paused);
        CliRun resumed = _work.Run("finetune", "--resume", job);
        resumed.ExitCode.ShouldBe(0, resumed.Error);
        Workplace.Lines(resumed)[1].GetProperty("step").GetInt32().ShouldBeGreaterThan(20);
    }

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public void A_running_job_is_not_run_twice()
    {
        using HoneProcess process = Start(["finetune", _work.Completions(200), "--model", Workplace.Model, .. Training, .. Longer]);
        process.WaitForStep(Metrics, 5);

        CliRun second = _work.Run("finetune", "--resume", Path.GetFileName(_work.JobFolder()));
        process.Kill();

        second.ExitCode.ShouldBe(1);
        second.Error.ShouldContain("Another process");
    }

    static byte[] Uninterrupted(string file, string valid, out byte[] results)
    {
        using Workplace other = new();
        CliRun run = other.Finetune(file, ["--valid", valid, .. Training, .. Short]);
        run.ExitCode.ShouldBe(0, run.Error);
        results = File.ReadAllBytes(Path.Combine(other.JobFolder(), "results.csv"));
        return other.Weights(Workplace.TunedModel(run));
    }

    HoneProcess Start(string[] arguments) => new([.. arguments, "--data", _work.Data]);

    string? Metrics()
    {
        string jobs = Path.Combine(_work.Data, "jobs");
        string? folder = Directory.Exists(jobs) ? Directory.GetDirectories(jobs).SingleOrDefault() : null;
        return folder is null ? null : Path.Combine(folder, "metrics.jsonl");
    }
}
