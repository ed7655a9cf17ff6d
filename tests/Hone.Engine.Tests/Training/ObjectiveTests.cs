using Hone.Engine.Models;
using Hone.Engine.Training;
using Hone.Engine.Training.Objectives;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Training;

public sealed class ObjectiveTests
{
    static readonly TrainingOptions OneStep = new() { Epochs = 1, BatchSize = 8, Shuffles = false, Schedule = Schedule.Constant };

    [Fact]
    public void The_loss_of_a_batch_is_divided_by_its_target_weight_and_not_by_its_examples()
    {
        TrainingExample[] examples = TinyModel.Examples(5);

        (double loss, _) = FirstStep(TinyModel.Full(), new Supervised(examples), OneStep);

        loss.ShouldBe(Definition(TinyModel.Frozen(), examples), 1e-5);
    }

    [Fact]
    public void A_batch_computed_in_parts_has_the_loss_and_the_gradient_of_the_whole()
    {
        TrainingExample[] examples = TinyModel.Examples(8);

        (double whole, double wholeNorm) = FirstStep(TinyModel.Full(), new Supervised(examples), OneStep);
        (double parts, double partsNorm) = FirstStep(TinyModel.Full(), new Supervised(examples), OneStep with { MicroBatchTokens = 20 });

        parts.ShouldBe(whole, 1e-6);
        partsNorm.ShouldBe(wholeNorm, 1e-5 * wholeNorm);
    }

    [Fact]
    public void A_token_counts_as_much_as_its_weight_says()
    {
        TrainingExample[] examples = TinyModel.Examples(3);
        examples[0].Weights.AsSpan().Clear();
        examples[0].Weights[^1] = 1;
        examples[1].Weights.AsSpan(4).Fill(0.25f);

        (double loss, _) = FirstStep(TinyModel.Full(), new Supervised(examples), OneStep);

        loss.ShouldBe(Definition(TinyModel.Frozen(), examples), 1e-5);
    }

    [Fact]
    public void An_example_without_a_target_is_refused_with_its_line()
    {
        TrainingExample[] examples = TinyModel.Examples(3);
        examples[1].Weights.AsSpan(1).Clear();

        Should.Throw<HoneException>(() => new Supervised(examples)).Message.ShouldContain("2");
    }

    [Fact]
    public void Packed_sequences_do_not_see_each_other_and_no_target_crosses_their_boundary()
    {
        TrainingExample[] examples = TinyModel.Examples(4);
        var packed = new PackedExamples();
        var objective = new Supervised(examples);
        for (int i = 0; i < examples.Length; i++)
            packed.Add(i, objective);

        TokenBatch batch = packed.ToBatch();

        for (int i = 0; i < examples.Length; i++)
        {
            Segment segment = batch.Segments[i];
            batch.Positions.AsSpan(segment.Start, segment.Length).ToArray().ShouldBe(Enumerable.Range(0, segment.Length));
            (int start, int count) = packed.TargetsOf(i).GetOffsetAndLength(packed.TargetCount);
            count.ShouldBe(examples[i].TargetCount);
            int[] rows = batch.TargetRows[start..(start + count)];
            rows.ShouldAllBe(row => row >= segment.Start && row < segment.Start + segment.Length);
            // The shifted labels: the target of a row is the token after it in the same example.
            batch.Targets[start..(start + count)].ShouldBe(rows.Select(row => examples[i].Ids[row - segment.Start + 1]));
        }
    }

    [Fact]
    public void The_last_token_is_a_target_but_is_not_read()
    {
        TrainingExample example = TinyModel.Examples(1)[0];
        var packed = new PackedExamples();

        packed.Add(0, new Supervised([example]));

        packed.ToBatch().Ids.ShouldBe(example.Ids[..^1]);
        packed.ToBatch().Targets[^1].ShouldBe(example.Ids[^1]);
    }

    [Fact]
    public void A_preference_loss_follows_its_definition()
    {
        TrainingExample[] examples = TinyModel.Examples(6);
        PreferenceExample[] pairs = [.. Enumerable.Range(0, 3).Select(i => new PreferenceExample(examples[2 * i], examples[(2 * i) + 1], i + 1))];
        CausalModel model = TinyModel.Full();
        var objective = new Dpo(pairs, beta: 0.3);
        objective.Prepare(model, folder: null, default);
        double[] before = [.. pairs.Select(Margin)];
        foreach (Parameter parameter in model.Parameters)
            System.Numerics.Tensors.TensorPrimitives.Multiply(parameter.Data, 1.1f, parameter.Data);

        var tape = new Tape(records: false);
        var packed = new PackedExamples();
        for (int i = 0; i < pairs.Length; i++)
            packed.Add(i, objective);
        var score = new Score();
        objective.Loss(tape, model, packed, pairs.Length, score);

        double[] margins = [.. pairs.Select((pair, i) => 0.3 * (Margin(pair) - before[i]))];
        score.Loss.ShouldBe(margins.Average(margin => Math.Log(1 + Math.Exp(-margin))), 1e-4);
        score.Accuracy.ShouldBe(margins.Count(margin => margin > 0) / 3.0, 1e-9);

        double Margin(PreferenceExample pair) => -Sum(model, pair.Chosen) + Sum(model, pair.Rejected);
    }

    [Fact]
    public void The_reference_of_preferences_is_computed_once_and_kept_with_the_run()
    {
        using var folder = new ScratchFolder();
        TrainingExample[] examples = TinyModel.Examples(2);
        PreferenceExample[] pairs = [new(examples[0], examples[1], 1)];
        new Dpo(pairs).Prepare(TinyModel.Frozen(), folder.Path, default);
        CausalModel trained = TinyModel.Full();
        new Trainer(trained, OneStep with { LearningRate = 0.1 }).Run(new Supervised(examples));

        (double fresh, _) = FirstStep(trained, new Dpo(pairs), OneStep);
        (double kept, _) = FirstStep(trained, new Dpo(pairs), OneStep, folder.Path);

        fresh.ShouldBe(Math.Log(2), 1e-2);
        Math.Abs(kept - Math.Log(2)).ShouldBeGreaterThan(1e-2);
    }

    static (double Loss, double GradientNorm) FirstStep(CausalModel model, IObjective objective, TrainingOptions options, string? folder = null)
    {
        StepMetrics? first = null;
        new Trainer(model, options with { LearningRate = 0 }).Run(objective, folder: folder, events: new TrainingEvents { Step = metrics => first ??= metrics });
        return (first!.TrainLoss, first.GradientNorm);
    }

    /// <summary>Σ -weight·log p over Σ weight, each sequence alone, in double.</summary>
    static double Definition(CausalModel model, TrainingExample[] examples) =>
        examples.Sum(example => Sum(model, example)) / examples.Sum(example => example.Weights.Skip(1).Sum(weight => (double)weight));

    static double Sum(CausalModel model, TrainingExample example)
    {
        TokenBatch alone = TokenBatch.Pack(example.Ids);
        var tape = new Tape(records: false)
        {
            Batch = new TokenBatch { Ids = alone.Ids, Positions = alone.Positions, Segments = alone.Segments, TargetRows = alone.Positions },
        };
        Tensor logits = model.Logits(tape);
        double sum = 0;
        for (int t = 1; t < example.Ids.Length; t++)
        {
            double[] row = [.. logits.Row(t - 1).ToArray().Select(x => (double)x)];
            double max = row.Max();
            double logSum = max + Math.Log(row.Sum(x => Math.Exp(x - max)));
            sum += example.Weights[t] * (logSum - row[example.Ids[t]]);
        }

        return sum;
    }
}
