using System.Text.Json;
using Hone.Engine.Adapters;
using Hone.Engine.Models;
using Hone.Engine.Training;
using Hone.Engine.Training.Objectives;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Parity;

[Trait("Kind", "Parity")]
public sealed class TrainingTests
{
    const double LossTolerance = 5e-4;

    const float LogitTolerance = 2e-4f;

    public static IEnumerable<TheoryDataRow<string>> Cases => CausalCase.All;

    public static IEnumerable<TheoryDataRow<string>> PreferenceCases => CausalCase.Where(expected => expected.TryGetProperty("dpo", out _));

    [Theory, MemberData(nameof(Cases))]
    public void Full_fine_tuning_has_the_losses_and_gradient_norms_of_PyTorch_at_every_step(string name)
    {
        using CausalCase reference = CausalCase.Open(name);
        foreach (Parameter parameter in reference.Model.Parameters)
            parameter.MakeTrainable();

        CheckSteps(reference, reference.Expected.GetProperty("full_finetune"));

        CheckLogits(reference, "full_finetune.logits.0");
    }

    [Theory, MemberData(nameof(Cases))]
    public void LoRA_training_has_the_losses_and_the_adapter_of_PEFT(string name)
    {
        using CausalCase reference = CausalCase.Open(name);
        var adapter = LoraAdapter.Load(Path.Combine(reference.Folder, "adapter-start"), reference.Model.Linears);
        var end = LoraAdapter.Load(Path.Combine(reference.Folder, "adapter-end"), reference.Model.Linears);
        adapter.MakeTrainable();
        adapter.Attach();

        CheckSteps(reference, reference.Expected.GetProperty("lora"));

        CheckLogits(reference, "lora_end.logits.0");
        foreach ((Parameter actual, Parameter expected) in adapter.Parameters.Zip(end.Parameters))
            Distance(actual, expected).ShouldBeLessThan(0.001, actual.Name);
    }

    [Theory, MemberData(nameof(PreferenceCases))]
    public void Preference_training_has_the_losses_of_PyTorch_at_every_step(string name)
    {
        using CausalCase reference = CausalCase.Open(name);
        JsonElement run = reference.Expected.GetProperty("dpo");
        JsonElement[] batches = [.. run.GetProperty("pairs").EnumerateArray()];
        var objective = new Dpo([.. batches.SelectMany(Pairs)], run.GetProperty("beta").GetDouble());
        foreach (Parameter parameter in reference.Model.Parameters)
            parameter.MakeTrainable();

        List<StepMetrics> steps = Train(reference.Model, objective, Options(run, batches[0].GetProperty("preferred").GetArrayLength()));

        CheckMetrics(steps, run);
    }

    static IEnumerable<PreferenceExample> Pairs(JsonElement batch) =>
        batch.GetProperty("preferred").EnumerateArray().Zip(batch.GetProperty("non_preferred").EnumerateArray(), (chosen, rejected) => new PreferenceExample(Example(chosen), Example(rejected), Line: 0));

    static void CheckSteps(CausalCase reference, JsonElement run)
    {
        JsonElement[] batches = [.. reference.Expected.GetProperty("train_batches").EnumerateArray()];
        var objective = new Supervised([.. batches.SelectMany(batch => batch.EnumerateArray()).Select(Example)]);

        CheckMetrics(Train(reference.Model, objective, Options(run, batches[0].GetArrayLength())), run);
    }

    static List<StepMetrics> Train(CausalModel model, IObjective objective, TrainingOptions options)
    {
        var steps = new List<StepMetrics>();
        new Trainer(model, options).Run(objective, events: new TrainingEvents { Step = steps.Add });
        return steps;
    }

    static void CheckMetrics(List<StepMetrics> steps, JsonElement run)
    {
        JsonElement expected = run.GetProperty("steps");
        steps.Count.ShouldBe(expected.GetArrayLength());
        for (int i = 0; i < steps.Count; i++)
        {
            steps[i].TrainLoss.ShouldBe(expected[i].GetProperty("loss").GetDouble(), LossTolerance, $"loss of step {i}");
            double norm = expected[i].GetProperty("grad_norm").GetDouble();
            steps[i].GradientNorm.ShouldBe(norm, 2e-3 * norm, $"gradient norm of step {i}");
        }
    }

    static TrainingOptions Options(JsonElement run, int batchSize) =>
        new()
        {
            Epochs = 1,
            BatchSize = batchSize,
            LearningRate = run.GetProperty("lr").GetDouble(),
            WeightDecay = run.GetProperty("weight_decay").GetDouble(),
            ClipNorm = run.GetProperty("clip").GetDouble(),
            Schedule = Schedule.Constant,
            DecaysVectors = true,
            Shuffles = false,
        };

    static TrainingExample Example(JsonElement sequence) =>
        new(
            CausalCase.Integers(sequence.GetProperty("input_ids")),
            [.. CausalCase.Integers(sequence.GetProperty("loss_mask")).Select(mask => (float)mask)],
            Line: 0
        );

    static void CheckLogits(CausalCase reference, string name)
    {
        float[] expected = reference.Tensor(name);
        TokenBatch batch = TokenBatch.Pack(CausalCase.Integers(reference.Expected.GetProperty("eval")[0].GetProperty("input_ids")));
        var tape = new Tape(records: false)
        {
            Batch = new TokenBatch { Ids = batch.Ids, Positions = batch.Positions, Segments = batch.Segments, TargetRows = [.. Enumerable.Range(0, batch.Length)] },
        };

        Span<float> actual = reference.Model.Logits(tape).Data;

        for (int i = 0; i < expected.Length; i++)
            actual[i].ShouldBe(expected[i], LogitTolerance, $"{name}, element {i}");
    }

    /// <summary>The length of the difference relative to the length of what is expected.</summary>
    static double Distance(Parameter actual, Parameter expected)
    {
        double difference = 0, length = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(actual.Data[i] - expected.Data[i], 2);
            length += Math.Pow(expected.Data[i], 2);
        }

        return Math.Sqrt(difference / length);
    }
}
