using Hone.Engine.Models;
using Hone.Engine.Training;
using Hone.Engine.Training.Objectives;
using Hone.Engine.Training.Runs;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Training;

/// <summary>General examples among those that are learned.</summary>
public sealed class ReplayTests
{
    const int OwnCount = 32;

    static readonly TrainingOptions Options = new()
    {
        Epochs = 3,
        BatchSize = 5,
        LearningRate = 1e-2,
        MicroBatchTokens = 48,
        ReplayShare = 0.2,
        CheckpointMinutes = 0,
        Patience = 100,
        FullValidationInterval = 3,
    };

    [Theory]
    [InlineData(320, 0.2, 80)]
    [InlineData(10, 0.5, 10)]
    [InlineData(10, 0.01, 1)]
    [InlineData(10, 0.9, 90)]
    [InlineData(10, 0, 0)]
    public void The_share_is_of_all_examples_of_an_epoch(int own, double share, int replayed) => Replay.PerEpoch(own, share).ShouldBe(replayed);

    [Fact]
    public void A_tenth_is_held_out_and_64_at_most_and_of_nine_none()
    {
        (int[] shown, int[] heldOut) = Replay.Split([.. Enumerable.Range(0, 20)]);

        heldOut.ShouldBe([0, 10]);
        shown.Concat(heldOut).Order().ShouldBe(Enumerable.Range(0, 20));
        Replay.Split(new int[9]).HeldOut.ShouldBeEmpty();
        Replay.Split(new int[5000]).HeldOut.Length.ShouldBe(64);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(50)]
    public void Every_epoch_shows_all_examples_once_and_every_batch_has_its_share(int replayCount)
    {
        TrainingPlan plan = new(OwnCount + replayCount, replayCount, Options);

        for (int epoch = 0; epoch < 3; epoch++)
        {
            int[][] batches = [.. Enumerable.Range(epoch * plan.StepsPerEpoch, plan.StepsPerEpoch).Select(step => plan.Batch(step).ToArray())];
            batches.ShouldAllBe(batch => batch.Count(plan.IsReplayed) == 1);
            batches.SelectMany(batch => batch).Where(example => !plan.IsReplayed(example)).Order().ShouldBe(Enumerable.Range(0, OwnCount));
        }
    }

    [Fact]
    public void Replayed_examples_come_in_turn_over_the_epochs()
    {
        const int replayCount = 12;
        TrainingPlan plan = new(OwnCount + replayCount, replayCount, Options);

        int[] drawn = [.. Enumerable.Range(0, plan.TotalSteps).SelectMany(step => plan.Batch(step).ToArray()).Where(plan.IsReplayed)];

        drawn.Length.ShouldBe(24);
        drawn[..12].Order().ShouldBe(Enumerable.Range(OwnCount, replayCount));
        drawn[12..].Order().ShouldBe(Enumerable.Range(OwnCount, replayCount));
        drawn[..12].ShouldNotBe(drawn[12..]);
    }

    [Fact]
    public void A_step_has_its_examples_wherever_a_run_begins()
    {
        TrainingPlan whole = new(OwnCount + 12, 12, Options), resumed = new(OwnCount + 12, 12, Options);
        int[][] expected = [.. Enumerable.Range(0, whole.TotalSteps).Select(step => whole.Batch(step).ToArray())];

        for (int step = whole.TotalSteps - 1; step >= 0; step--)
            resumed.Batch(step).ToArray().ShouldBe(expected[step]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(23)]
    public void A_run_that_was_cancelled_and_resumed_ends_with_the_bytes_and_the_numbers_of_one_that_was_not(int cancelledAfter)
    {
        using var folder = new ScratchFolder();
        using var other = new ScratchFolder();
        (byte[] whole, TrainingResult wholeResult) = Train(other.Path);
        using var cancel = new CancellationTokenSource();
        if (cancelledAfter == 0)
            cancel.Cancel();

        (_, TrainingResult cancelled) = Train(folder.Path, new TrainingEvents { Step = step => { if (step.Step == cancelledAfter) cancel.Cancel(); } }, cancel.Token);
        (byte[] resumed, TrainingResult result) = Train(folder.Path);

        cancelled.Outcome.ShouldBe(TrainingOutcome.Cancelled);
        cancelled.HeldOutLossAfter.ShouldBeNull();
        resumed.ShouldBe(whole);
        (result with { Seconds = 0 }).ShouldBe(wholeResult with { Seconds = 0 });
    }

    [Fact]
    public void The_tokens_of_replayed_examples_are_counted_among_all_and_by_themselves()
    {
        Supervised training = Training();
        TrainingPlan plan = new(training.Count, training.ReplayCount, Options);
        int[] shown = [.. Enumerable.Range(0, plan.TotalSteps).SelectMany(step => plan.Batch(step).ToArray())];

        using var folder = new ScratchFolder();
        (_, TrainingResult result) = Train(folder.Path);

        result.TrainedTokens.ShouldBe(shown.Sum(example => (long)training.TokenCount(example)));
        result.ReplayTokens.ShouldBe(shown.Where(plan.IsReplayed).Sum(example => (long)training.TokenCount(example)));
        result.ReplayTokens.ShouldBeInRange(1, result.TrainedTokens - 1);
    }

    [Fact]
    public void The_held_out_loss_is_that_of_the_model_before_and_of_its_last_weights()
    {
        using var folder = new ScratchFolder();
        double before = Loss(TinyModel.WithAdapter());
        CausalModel model = TinyModel.WithAdapter();

        TrainingResult result = new Trainer(model, Options) { HeldOut = HeldOut() }.Run(Training(), folder: folder.Path);

        result.HeldOutLossBefore!.Value.ShouldBe(before, 1e-5);
        result.HeldOutLossAfter!.Value.ShouldBe(Loss(model), 1e-5);
        result.HeldOutLossAfter!.Value.ShouldNotBe(before);
    }

    [Fact]
    public void What_is_replayed_is_part_of_what_a_run_began_with()
    {
        TrainingExample[] examples = TinyModel.Examples(6);

        string[] fingerprints = [.. new[] { new Supervised(examples), new Supervised(examples[..4], examples[4..]), new Supervised(examples[..3], examples[3..]) }.Select(one => one.Fingerprint)];

        fingerprints.Distinct().Count().ShouldBe(3);
    }

    static Supervised Training() => new(TinyModel.Examples(OwnCount), replay: TinyModel.Examples(5, first: 40));

    static Supervised HeldOut() => new(TinyModel.Examples(3, first: 70));

    static (byte[] Bytes, TrainingResult Result) Train(string folder, TrainingEvents? events = null, CancellationToken cancel = default)
    {
        CausalModel model = TinyModel.WithAdapter();
        TrainingResult result = new Trainer(model, Options) { HeldOut = HeldOut() }.Run(Training(), new Supervised(TinyModel.Examples(4, first: 50)), folder, events, cancel);
        return (TinyModel.Bytes(model), result);
    }

    /// <summary>By the definition: the mean over all targets.</summary>
    static double Loss(CausalModel model)
    {
        TrainingExample[] examples = TinyModel.Examples(3, first: 70);
        return -new ExampleScorer(model).LogProbabilities(examples).Sum() / examples.Sum(example => example.TargetCount);
    }
}
