using System.Globalization;
using Hone.Engine.Models;
using Hone.Engine.Training;
using Hone.Engine.Training.Objectives;
using Hone.Engine.Training.Runs;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Training;

public sealed class TrainingRunTests
{
    static readonly TrainingOptions Options = new()
    {
        Epochs = 3,
        BatchSize = 3,
        LearningRate = 1e-2,
        Schedule = Schedule.Cosine,
        WarmupSteps = 3,
        WeightDecay = 0.01,
        MicroBatchTokens = 24,
        ValidationInterval = 2,
        ValidationSample = 2,
        FullValidationInterval = 3,
        Patience = 100,
        CheckpointMinutes = 0,
    };

    [Fact]
    public void Training_lowers_the_loss_and_raises_the_accuracy()
    {
        var steps = new List<StepMetrics>();

        new Trainer(TinyModel.Full(), Options with { Epochs = 20 }).Run(new Supervised(TinyModel.Examples(10)), events: new TrainingEvents { Step = steps.Add });

        steps[^1].TrainLoss.ShouldBeLessThan(steps[0].TrainLoss / 2);
        steps[^1].TrainMeanTokenAccuracy.ShouldBeGreaterThan(0.8);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(6)]
    public void A_run_that_was_cancelled_and_resumed_ends_with_the_bytes_and_the_metrics_of_one_that_was_not(int cancelledAfter)
    {
        using var folder = new ScratchFolder();
        using var other = new ScratchFolder();
        (byte[] whole, TrainingResult wholeResult) = Train(other.Path);

        using var cancel = new CancellationTokenSource();
        (_, TrainingResult cancelled) = Train(folder.Path, new TrainingEvents { Step = step => { if (step.Step == cancelledAfter) cancel.Cancel(); } }, cancel: cancel.Token);
        (byte[] resumed, TrainingResult result) = Train(folder.Path);

        cancelled.Outcome.ShouldBe(TrainingOutcome.Cancelled);
        cancelled.Steps.ShouldBe(cancelledAfter);
        resumed.ShouldBe(whole);
        (result with { Seconds = 0 }).ShouldBe(wholeResult with { Seconds = 0 });
        Metrics(folder.Path).ShouldBe(Metrics(other.Path));
    }

    [Fact]
    public void A_cancellation_during_the_validation_loses_nothing()
    {
        using var folder = new ScratchFolder();
        using var other = new ScratchFolder();
        (byte[] whole, _) = Train(other.Path);
        using var cancel = new CancellationTokenSource();
        var validation = new CancelsWhenScored(new Supervised(TinyModel.Examples(5, first: 50)), cancel);

        TrainingResult cancelled = new Trainer(TinyModel.WithAdapter(), Options).Run(new Supervised(TinyModel.Examples(10)), validation, folder.Path, cancel: cancel.Token);
        (byte[] resumed, _) = Train(folder.Path);

        cancelled.Outcome.ShouldBe(TrainingOutcome.Cancelled);
        resumed.ShouldBe(whole);
        Metrics(folder.Path).ShouldBe(Metrics(other.Path));
    }

    [Theory]
    [InlineData("weights.safetensors")]
    [InlineData("moments.safetensors")]
    [InlineData("state.json")]
    public void A_damaged_checkpoint_is_skipped_with_a_word_about_it(string file)
    {
        using var folder = new ScratchFolder();
        using var other = new ScratchFolder();
        (byte[] whole, _) = Train(other.Path);
        using var cancel = new CancellationTokenSource();
        Train(folder.Path, new TrainingEvents { Step = step => { if (step.Step == 7) cancel.Cancel(); } }, cancel: cancel.Token);
        string damaged = Path.Combine(folder.Path, Trainer.CheckpointsFolder, "7", file);
        byte[] bytes = File.ReadAllBytes(damaged);
        bytes[^5] ^= 0x10;
        File.WriteAllBytes(damaged, file == "state.json" ? bytes[..^5] : bytes);
        var notices = new List<string>();

        (byte[] resumed, _) = Train(folder.Path, new TrainingEvents { Notice = notices.Add });

        notices.ShouldHaveSingleItem().ShouldContain("7");
        resumed.ShouldBe(whole);
    }

    [Fact]
    public void A_damaged_checkpoint_is_gone_once_the_run_has_another()
    {
        using var folder = new ScratchFolder();
        CancelAfter(7);
        string damaged = Path.Combine(folder.Path, Trainer.CheckpointsFolder, "7");
        File.Delete(Path.Combine(damaged, "weights.safetensors"));

        CancelAfter(5);

        Directory.Exists(damaged).ShouldBeFalse();
        Directory.GetFiles(Path.Combine(folder.Path, Trainer.CheckpointsFolder), "moments.safetensors", SearchOption.AllDirectories).Length.ShouldBe(2);

        void CancelAfter(int last)
        {
            using var cancel = new CancellationTokenSource();
            Train(folder.Path, new TrainingEvents { Step = step => { if (step.Step == last) cancel.Cancel(); } }, Options with { FullValidationInterval = 0 }, cancel.Token);
        }
    }

    [Fact]
    public void Another_adapter_cannot_resume_a_run()
    {
        using var folder = new ScratchFolder();
        Train(folder.Path);

        HoneException error = Should.Throw<HoneException>(() => new Trainer(TinyModel.WithAdapter(rank: 8), Options).Run(
            new Supervised(TinyModel.Examples(10)), new Supervised(TinyModel.Examples(5, first: 50)), folder.Path));

        error.Message.ShouldContain("step 12");
        error.Message.ShouldContain("lora_A");
    }

    [Fact]
    public void A_folder_that_a_killed_run_left_half_written_is_no_checkpoint()
    {
        using var folder = new ScratchFolder();
        string unfinished = Path.Combine(folder.Path, Trainer.CheckpointsFolder, ".5.0123.tmp");
        Directory.CreateDirectory(unfinished);

        Train(folder.Path).Result.Steps.ShouldBe(12);

        Directory.Exists(unfinished).ShouldBeFalse();
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_whole_leaves_nothing()
    {
        using var folder = new ScratchFolder();
        Parameter[] weights = [.. Trainer.TrainableParameters(TinyModel.WithAdapter())];
        IEnumerable<Parameter> broken = weights.Select<Parameter, Parameter>(_ => throw new HoneException("no"));
        var state = new TrainingState { Options = Options, TrainingData = "", ValidationData = "" };

        Should.Throw<HoneException>(() => TrainingCheckpoint.Write(Path.Combine(folder.Path, "1"), state, broken, new AdamW(weights, Options)));

        Directory.GetFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void The_step_of_the_highest_quality_is_the_best_whatever_its_loss()
    {
        var state = new TrainingState { Options = Options, TrainingData = "", ValidationData = "" };
        (int Step, double Loss, double Quality)[] validations = [(30, 0.5, 0.727), (60, 0.4, 0.745), (90, 0.6, 0.746), (120, 0.3, 0.74)];

        foreach ((int step, double loss, double quality) in validations)
            state = (state with { Step = step }).WithValidation(loss, quality);

        (state.BestStep, state.BestValidLoss, state.ValidationsWithoutBetter).ShouldBe((90, 0.6, 1));
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(null)]
    public void The_loss_decides_between_steps_of_one_quality_and_where_there_is_none(double? quality)
    {
        var state = new TrainingState { Options = Options, TrainingData = "", ValidationData = "" };

        foreach ((int step, double loss) in (ReadOnlySpan<(int, double)>)[(1, 0.5), (2, 0.4), (3, 0.45)])
            state = (state with { Step = step }).WithValidation(loss, quality);

        (state.BestStep, state.ValidationsWithoutBetter).ShouldBe((2, 1));
    }

    [Fact]
    public void Other_options_or_other_examples_cannot_resume_a_run()
    {
        using var folder = new ScratchFolder();
        Train(folder.Path);

        Should.Throw<HoneException>(() => new Trainer(TinyModel.WithAdapter(), Options with { LearningRate = 0.5 }).Run(
            new Supervised(TinyModel.Examples(10)), new Supervised(TinyModel.Examples(5, first: 50)), folder.Path)).Message.ShouldContain("learning_rate is 0.5");
        Should.Throw<HoneException>(() => new Trainer(TinyModel.WithAdapter(), Options).Run(
            new Supervised(TinyModel.Examples(9)), new Supervised(TinyModel.Examples(5, first: 50)), folder.Path)).Message.ShouldContain("training examples");
        Should.Throw<HoneException>(() => new Trainer(TinyModel.WithAdapter(), Options).Run(
            new Supervised(TinyModel.Examples(10)), validation: null, folder.Path)).Message.ShouldContain("validation examples");
    }

    [Fact]
    public void The_run_stops_when_the_validation_loss_gets_no_better_and_the_model_has_its_best_weights()
    {
        using var folder = new ScratchFolder();
        CausalModel model = TinyModel.Full();
        var losses = new List<(int Step, double Loss)>();
        TrainingOptions options = Options with { Epochs = 200, Patience = 3, LearningRate = 3e-2, ValidationInterval = 0 };

        TrainingResult result = new Trainer(model, options).Run(
            new Supervised(TinyModel.Examples(4)),
            new Supervised(TinyModel.Examples(4, first: 60)),
            folder.Path,
            new TrainingEvents { Step = step => { if (step.FullValidLoss is { } loss) losses.Add((step.Step, loss)); } }
        );

        result.Outcome.ShouldBe(TrainingOutcome.StoppedEarly);
        (int bestStep, double best) = losses.MinBy(one => one.Loss);
        (result.BestStep, result.ValidLoss).ShouldBe((bestStep, best));
        losses.Count(one => one.Step > bestStep).ShouldBe(3);
        Evaluate(model, TinyModel.Examples(4, first: 60)).ShouldBe(best, 1e-12);
    }

    [Fact]
    public void The_newest_two_checkpoints_the_best_and_the_ends_of_the_last_epochs_are_kept()
    {
        using var folder = new ScratchFolder();

        TrainingResult result = Train(folder.Path, options: Options with { Epochs = 6, KeptEpochs = 2, CheckpointInterval = 1 }).Result;

        int[] kept = [.. Directory.GetDirectories(Path.Combine(folder.Path, Trainer.CheckpointsFolder)).Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).Order()];
        kept.ShouldBe(((int[])[24, 23, 20, result.BestStep]).Distinct().Order());
        TrainingCheckpoint.Open(Path.Combine(folder.Path, Trainer.CheckpointsFolder, "24")).Step.ShouldBe(24);
    }

    [Fact]
    public void A_run_that_is_over_is_not_trained_again()
    {
        using var folder = new ScratchFolder();
        (byte[] bytes, TrainingResult result) = Train(folder.Path);

        (byte[] again, TrainingResult same) = Train(folder.Path, new TrainingEvents { Step = _ => throw new InvalidOperationException("a step") });

        again.ShouldBe(bytes);
        (same with { Seconds = 0 }).ShouldBe(result with { Seconds = 0 });
    }

    [Fact]
    public void A_cancellation_before_the_first_step_leaves_a_run_that_can_begin()
    {
        using var folder = new ScratchFolder();
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        TrainingExample[] examples = TinyModel.Examples(2);
        var preferences = new Dpo([new PreferenceExample(examples[0], examples[1], 1)]);

        Train(folder.Path, cancel: cancel.Token).Result.Outcome.ShouldBe(TrainingOutcome.Cancelled);
        new Trainer(TinyModel.WithAdapter(), Options).Run(preferences, cancel: cancel.Token).ShouldBe(TrainingResult.NotBegun);

        Train(folder.Path).Result.Outcome.ShouldBe(TrainingOutcome.Completed);
    }

    [Fact]
    public void A_loss_that_is_not_a_number_ends_the_run_with_a_reason()
    {
        CausalModel model = TinyModel.Full();
        model.Parameters[0].Data[0] = float.NaN;

        Should.Throw<HoneException>(() => new Trainer(model, Options).Run(new Supervised(TinyModel.Examples(10)))).Message.ShouldContain("step 1");
    }

    [Fact]
    public void A_validation_loss_that_is_not_a_number_ends_the_run_with_a_reason()
    {
        using var folder = new ScratchFolder();

        Should.Throw<HoneException>(() => new Trainer(TinyModel.Full(), Options with { LearningRate = 1e38, WarmupSteps = 0, ValidationInterval = 1 }).Run(
            new Supervised(TinyModel.Examples(10)), new Supervised(TinyModel.Examples(5, first: 50)), folder.Path)).Message.ShouldContain("step 1");
    }

    [Fact]
    public void Steps_too_short_for_the_clock_are_recorded()
    {
        using var folder = new ScratchFolder();

        new Trainer(TinyModel.Full(), Options with { Epochs = 1 }, new StoppedClock()).Run(new Supervised(TinyModel.Examples(10)), folder: folder.Path);

        Metrics(folder.Path).Count().ShouldBe(4);
    }

    [Fact]
    public void Recomputing_activations_changes_no_bit_of_the_weights()
    {
        CausalModel kept = TinyModel.WithAdapter();
        CausalModel recomputed = TinyModel.WithAdapter();

        new Trainer(kept, Options).Run(new Supervised(TinyModel.Examples(10)));
        new Trainer(recomputed, Options with { RecomputesBlocks = true }).Run(new Supervised(TinyModel.Examples(10)));

        TinyModel.Bytes(recomputed).ShouldBe(TinyModel.Bytes(kept));
    }

    [Fact]
    public void Activations_that_do_not_fit_are_computed_again_and_the_user_is_told()
    {
        CausalModel kept = TinyModel.WithAdapter();
        CausalModel bounded = TinyModel.WithAdapter();
        var notices = new List<string>();

        new Trainer(kept, Options).Run(new Supervised(TinyModel.Examples(10)), events: new TrainingEvents { Notice = notices.Add });
        notices.ShouldBeEmpty();
        new Trainer(bounded, Options) { ActivationLimit = 1000 }.Run(new Supervised(TinyModel.Examples(10)), events: new TrainingEvents { Notice = notices.Add });

        notices.ShouldHaveSingleItem().ShouldContain("24");
        TinyModel.Bytes(bounded).ShouldBe(TinyModel.Bytes(kept));
    }

    [Fact]
    public void Another_seed_gives_another_order_and_other_dropout()
    {
        CausalModel one = TinyModel.WithAdapter();
        CausalModel two = TinyModel.WithAdapter();

        new Trainer(one, Options).Run(new Supervised(TinyModel.Examples(10)));
        new Trainer(two, Options with { Seed = 43 }).Run(new Supervised(TinyModel.Examples(10)));

        TinyModel.Bytes(two).ShouldNotBe(TinyModel.Bytes(one));
    }

    static (byte[] Bytes, TrainingResult Result) Train(string folder, TrainingEvents? events = null, TrainingOptions? options = null, CancellationToken cancel = default)
    {
        CausalModel model = TinyModel.WithAdapter();
        TrainingResult result = new Trainer(model, options ?? Options).Run(
            new Supervised(TinyModel.Examples(10)), new Supervised(TinyModel.Examples(5, first: 50)), folder, events, cancel);
        return (TinyModel.Bytes(model), result);
    }

    /// <summary>Without the times, which no two runs share.</summary>
    static IEnumerable<StepMetrics> Metrics(string folder) =>
        MetricsLog.Read(Path.Combine(folder, Trainer.MetricsFile)).Select(step => step with { TokensPerSecond = 0, SecondsLeft = 0 });

    static double Evaluate(CausalModel model, TrainingExample[] examples)
    {
        double? loss = null;
        new Trainer(model, new TrainingOptions { LearningRate = 0, Epochs = 1, MicroBatchTokens = Options.MicroBatchTokens }).Run(
            new Supervised(examples), new Supervised(examples), events: new TrainingEvents { Step = step => loss ??= step.FullValidLoss });
        return loss!.Value;
    }

    sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 1;
    }

    /// <summary>Somebody presses Ctrl-C while the validation set is being read.</summary>
    sealed class CancelsWhenScored(IObjective inner, CancellationTokenSource cancel) : IObjective
    {
        public int Count => inner.Count;

        public string Fingerprint => inner.Fingerprint;

        public int TokenCount(int example) => inner.TokenCount(example);

        public double LossWeight(int example) => inner.LossWeight(example);

        public void Pack(int example, PackedExamples packed) => inner.Pack(example, packed);

        public Tensor Loss(Tape tape, TransformerModel model, PackedExamples packed, double batchWeight, Score score)
        {
            cancel.Cancel();
            return inner.Loss(tape, model, packed, batchWeight, score);
        }
    }
}
