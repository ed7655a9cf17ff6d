using System.Diagnostics;
using System.Globalization;
using Hone.Engine.Models;
using Hone.Engine.Training;
using Hone.Engine.Training.Objectives;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Training;

/// <summary>The same seed gives the same bytes.</summary>
[Collection(RunsAlone.Name)]
public sealed class DeterminismTests
{
    /// <summary>Tells the child process where to train.</summary>
    const string FolderVariable = "HONE_TEST_TRAINING_FOLDER";

    /// <summary>Tells it the step at which it waits for its end, where the end comes late.</summary>
    const string LastStepVariable = "HONE_TEST_TRAINING_LAST_STEP";

    static readonly TrainingOptions Options = new()
    {
        Epochs = 30,
        BatchSize = 4,
        LearningRate = 1e-3,
        MicroBatchTokens = 64,
        ValidationInterval = 5,
        FullValidationInterval = 10,
        Patience = 1000,
        ReplayShare = 0.2,
        CheckpointInterval = 1,
        CheckpointMinutes = 0,
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_thread_two_and_five_give_the_same_weights(bool isLora)
    {
        int before = Workers.Threads;

        byte[][] weights = [.. new[] { 1, 2, 5 }.Select(threads =>
        {
            Workers.Threads = threads;
            CausalModel model = isLora ? TinyModel.WithAdapter() : TinyModel.Full(width: 64);
            new Trainer(model, Options with { Epochs = 2 }).Run(new Supervised(TinyModel.Examples(24), replay: TinyModel.Examples(7, first: 40)));
            return TinyModel.Bytes(model);
        })];
        Workers.Threads = before;

        weights[1].ShouldBe(weights[0]);
        weights[2].ShouldBe(weights[0]);
    }

    [Fact]
    public void A_killed_process_that_is_started_again_ends_with_the_bytes_of_one_that_was_not_killed()
    {
        using var folder = new ScratchFolder();
        using var other = new ScratchFolder();
        byte[] whole = Train(other.Path);

        int kills = 0;
        for (int steps = 3; kills < 3; steps += 7)
        {
            using Process child = StartChild(folder.Path, lastStep: steps + 40);
            WaitForSteps(child, folder.Path, steps);
            child.HasExited.ShouldBeFalse("the run must be alive when it is killed");
            child.Kill();
            child.WaitForExit();
            kills++;
        }

        MetricsLog.Read(Path.Combine(folder.Path, Trainer.MetricsFile)).Last().Step.ShouldBeLessThan(240);
        Train(folder.Path).ShouldBe(whole);
    }

    /// <summary>What the process that is killed does; skipped in an ordinary run.</summary>
    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public void Child()
    {
        string? folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(folder is null, "skipped: runs in a process of its own");
        int last = int.Parse(Environment.GetEnvironmentVariable(LastStepVariable)!, CultureInfo.InvariantCulture);
        Train(folder!, new TrainingEvents { Step = step => { if (step.Step == last) Thread.Sleep(TimeSpan.FromMinutes(5)); } });
    }

    static byte[] Train(string folder, TrainingEvents? events = null)
    {
        CausalModel model = TinyModel.WithAdapter();
        new Trainer(model, Options) { HeldOut = new Supervised(TinyModel.Examples(2, first: 90)) }.Run(
            new Supervised(TinyModel.Examples(24), replay: TinyModel.Examples(7, first: 40)), new Supervised(TinyModel.Examples(6, first: 60)), folder, events);
        return TinyModel.Bytes(model);
    }

    static Process StartChild(string folder, int lastStep)
    {
        var start = new ProcessStartInfo(Path.ChangeExtension(typeof(DeterminismTests).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null)!)
        {
            RedirectStandardOutput = true,
            ArgumentList = { "-method", $"{typeof(DeterminismTests).FullName}.{nameof(Child)}", "-explicit", "on", "-xml", Path.Combine(folder, "child.xml") },
            Environment = { [FolderVariable] = folder, [LastStepVariable] = lastStep.ToString(CultureInfo.InvariantCulture) },
        };
        Process child = Process.Start(start)!;
        child.OutputDataReceived += (_, _) => { };
        child.BeginOutputReadLine();
        return child;
    }

    static void WaitForSteps(Process child, string folder, int steps)
    {
        string metrics = Path.Combine(folder, Trainer.MetricsFile);
        while (!child.HasExited && !(MetricsLog.Read(metrics).LastOrDefault()?.Step >= steps))
            Thread.Sleep(1);
    }
}
