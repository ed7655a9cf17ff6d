using System.Text.Json;
using Hone.Engine.Checkpoints;
using Hone.Engine.Embedding;
using Hone.Engine.Models;
using Hone.Engine.Training;
using Hone.Engine.Training.Objectives;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Parity;

/// <summary>The folders of <c>parity/encoder</c>: a checkpoint, and what PyTorch computed with it.</summary>
[Trait("Kind", "Parity")]
public sealed class EncoderTests
{
    const double HiddenTolerance = 2e-4;

    public static IEnumerable<TheoryDataRow<string>> Cases => ParityFolder.Cases("encoder");

    [Theory, MemberData(nameof(Cases))]
    public void Hidden_states_and_pooled_vectors_are_those_of_PyTorch(string name)
    {
        using var folder = ModelFolder.Open(Folder(name));
        using var expected = SafetensorsFile.Open(Path.Combine(folder.Path, "expected.safetensors"));
        int[][] texts = Texts(ReadExpected(folder.Path));
        TransformerModel model = folder.LoadAny();

        float[][] hidden = [.. texts.Select(text => Hidden(model, text))];
        float[][] mean = new TextEmbedder(model, Pooling.Mean).Embed(texts);
        float[][] cls = new TextEmbedder(model, Pooling.Cls).Embed(texts);

        for (int i = 0; i < texts.Length; i++)
        {
            Near(hidden[i], Read(expected, $"hidden.{i}"), $"hidden {i}");
            Near(mean[i], Read(expected, "mean_pooled").Chunk(mean[i].Length).ElementAt(i), $"mean {i}");
            Near(cls[i], Read(expected, "cls_pooled").Chunk(cls[i].Length).ElementAt(i), $"cls {i}");
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Contrastive_training_has_the_losses_and_gradient_norms_of_PyTorch_at_every_step(string name)
    {
        using var folder = ModelFolder.Open(Folder(name));
        JsonElement expected = ReadExpected(folder.Path);
        JsonElement run = expected.GetProperty("contrastive");
        JsonElement[] steps = [.. run.GetProperty("steps").EnumerateArray()];
        int[][] texts = Texts(expected);
        // The first half of the texts finds its partners in the second; each step sees all of them.
        ContrastiveExample[] pairs = [.. texts.Take(texts.Length / 2).Zip(texts.Skip(texts.Length / 2), (anchor, positive) => new ContrastiveExample(anchor, positive, [], Line: 0))];
        TransformerModel model = folder.LoadAny();
        foreach (Parameter parameter in model.Parameters)
            parameter.MakeTrainable();
        var options = new TrainingOptions
        {
            BatchSize = pairs.Length,
            Epochs = steps.Length,
            LearningRate = run.GetProperty("lr").GetDouble(),
            WeightDecay = run.GetProperty("weight_decay").GetDouble(),
            ClipNorm = run.GetProperty("clip").GetDouble(),
            Schedule = Schedule.Constant,
            WarmupSteps = 0,
            Shuffles = false,
        };

        List<StepMetrics> measured = [];
        new Trainer(model, options).Run(
            new Contrastive(pairs, Pooling.Mean, (float)run.GetProperty("scale").GetDouble()), events: new TrainingEvents { Step = measured.Add });

        for (int i = 0; i < steps.Length; i++)
        {
            measured[i].TrainLoss.ShouldBe(steps[i].GetProperty("loss").GetDouble(), 5e-4, $"loss of step {i + 1}");
            double norm = steps[i].GetProperty("grad_norm").GetDouble();
            measured[i].GradientNorm.ShouldBe(norm, 2e-3 * Math.Max(1, norm), $"gradient norm of step {i + 1}");
        }
    }

    static string Folder(string name)
    {
        string folder = ParityFolder.Require("encoder");
        Assert.SkipWhen(name.Length == 0, "skipped: no case of this kind");
        return Path.Combine(folder, name);
    }

    static JsonElement ReadExpected(string folder) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json"))).RootElement;

    static int[][] Texts(JsonElement expected) => [.. expected.GetProperty("eval").EnumerateArray().Select(text => CausalCase.Integers(text.GetProperty("input_ids")))];

    static float[] Hidden(TransformerModel model, int[] text)
    {
        var packed = TokenBatch.Pack(text);
        var tape = new Tape(records: false)
        {
            Batch = new TokenBatch { Ids = packed.Ids, Positions = packed.Positions, Segments = packed.Segments, TargetRows = [.. Enumerable.Range(0, text.Length)] },
        };
        return model.Hidden(tape).Data.ToArray();
    }

    static float[] Read(SafetensorsFile file, string name)
    {
        Parameter tensor = file.Get(name, [.. file.Tensors[name].Shape.Select(size => (int)size)]);
        var values = new float[tensor.Length];
        tensor.Read(0, values);
        return values;
    }

    static void Near(float[] actual, float[] expected, string what)
    {
        actual.Length.ShouldBe(expected.Length, what);
        for (int i = 0; i < actual.Length; i++)
            ((double)actual[i]).ShouldBe(expected[i], HiddenTolerance, $"{what}[{i}]");
    }
}
