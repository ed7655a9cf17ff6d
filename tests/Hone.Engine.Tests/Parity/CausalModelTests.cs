using System.Globalization;
using System.Text.Json;
using Hone.Engine.Checkpoints;
using Hone.Engine.Generation;
using Hone.Engine.Models;
using Hone.Engine.Ops;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Parity;

[Trait("Kind", "Parity")]
public sealed class CausalModelTests
{
    const float LogitTolerance = 2e-4f;

    public static IEnumerable<TheoryDataRow<string>> Cases => CausalCase.All;

    public static IEnumerable<TheoryDataRow<string>> CasesStoredOtherwise =>
        ParityFolder.Cases("causal", folder => Directory.EnumerateDirectories(folder, "stored-*").Any());

    [Theory, MemberData(nameof(Cases))]
    public void Logits_equal_those_of_transformers_alone_and_packed(string name)
    {
        using CausalCase reference = CausalCase.Open(name);

        CheckLogits(reference.Model, reference);
    }

    [Theory, MemberData(nameof(CasesStoredOtherwise))]
    public void Logits_equal_those_of_transformers_however_the_weights_are_stored(string caseName)
    {
        using CausalCase reference = CausalCase.Open(caseName);

        foreach (string folder in Directory.GetDirectories(reference.Folder, "stored-*"))
        {
            using CheckpointFolder checkpoint = CheckpointFolder.Open(folder);
            using SafetensorsFile expected = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
            CausalModel model = Architectures.Create(CausalCase.ReadConfig(folder), checkpoint);
            JsonElement sequences = reference.Expected.GetProperty("eval");
            foreach (string name in expected.Tensors.Keys.Where(key => key.StartsWith("logits.", StringComparison.Ordinal)))
            {
                int i = int.Parse(name["logits.".Length..], CultureInfo.InvariantCulture);
                Compare(Logits(model, [CausalCase.Integers(sequences[i].GetProperty("input_ids"))]), Read(expected, name), folder);
            }
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_loss_and_every_gradient_equal_those_of_PyTorch(string name)
    {
        using CausalCase reference = CausalCase.Open(name);
        foreach (Parameter parameter in reference.Model.Parameters)
            parameter.MakeTrainable();

        CheckLossAndGradients(reference, new Tape());
    }

    [Theory, MemberData(nameof(Cases))]
    public void Recomputing_the_blocks_changes_no_bit_of_a_gradient(string name)
    {
        using CausalCase reference = CausalCase.Open(name);
        foreach (Parameter parameter in reference.Model.Parameters)
            parameter.MakeTrainable();

        CheckLossAndGradients(reference, new Tape());
        float[][] kept = [.. reference.Model.Parameters.Select(parameter => parameter.Grad.ToArray())];
        foreach (Parameter parameter in reference.Model.Parameters)
            parameter.ClearGrad();
        CheckLossAndGradients(reference, new Tape { RecomputesBlocks = true });

        for (int i = 0; i < kept.Length; i++)
            reference.Model.Parameters[i].Grad.ToArray().ShouldBe(kept[i], reference.Model.Parameters[i].Name);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Greedy_decoding_continues_with_the_same_tokens(string name)
    {
        using CausalCase reference = CausalCase.Open(name);
        JsonElement greedy = reference.Expected.GetProperty("greedy");
        int[] prompt = CausalCase.Integers(greedy.GetProperty("prompt"));
        int[] expected = CausalCase.Integers(greedy.GetProperty("output"));

        Greedy(reference.Model, prompt, expected.Length).ShouldBe(expected);
    }

    static void CheckLogits(CausalModel model, CausalCase reference)
    {
        int[][] sequences = [.. reference.Expected.GetProperty("eval").EnumerateArray().Select(sequence => CausalCase.Integers(sequence.GetProperty("input_ids")))];
        float[] packed = Logits(model, sequences);
        int offset = 0;
        for (int i = 0; i < sequences.Length; i++)
        {
            float[] expected = reference.Tensor($"logits.{i}");
            float[] alone = Logits(model, [sequences[i]]);
            Compare(alone, expected, $"sequence {i}");
            packed.AsSpan(offset, expected.Length).ToArray().ShouldBe(alone, $"sequence {i} packed with others");
            offset += expected.Length;
        }
    }

    static void CheckLossAndGradients(CausalCase reference, Tape tape)
    {
        tape.Batch = CausalCase.Batch(reference.Expected.GetProperty("eval"));

        Tensor logProbs = tape.TargetLogProbs(reference.Model.Hidden(tape), reference.Model.Head, tape.Batch.Targets, new bool[tape.Batch.Targets.Length]);
        Tensor loss = tape.WeightedSum(logProbs, [.. tape.Batch.TargetWeights.Select(weight => -weight)]);
        float value = loss.Data[0];
        tape.Backward(loss);

        value.ShouldBe((float)reference.Expected.GetProperty("loss").GetDouble(), 1e-5f);
        foreach (Parameter parameter in reference.Model.Parameters)
        {
            float[] expected = reference.Tensor("grad." + parameter.Name);
            double norm = Math.Sqrt(expected.Sum(x => (double)x * x));
            double difference = 0;
            for (int i = 0; i < expected.Length; i++)
                difference = Math.Max(difference, Math.Abs(expected[i] - parameter.Grad[i]));
            difference.ShouldBeLessThanOrEqualTo(1e-4 * norm, parameter.Name);
        }
    }

    static float[] Logits(CausalModel model, int[][] sequences)
    {
        TokenBatch batch = TokenBatch.Pack(sequences);
        var tape = new Tape(records: false)
        {
            Batch = new TokenBatch { Ids = batch.Ids, Positions = batch.Positions, Segments = batch.Segments, TargetRows = [.. Enumerable.Range(0, batch.Length)] },
        };
        return model.Logits(tape).Data.ToArray();
    }

    static int[] Greedy(CausalModel model, int[] prompt, int count)
    {
        var cache = new KvCache(model.Config.LayerCount, model.Config.KeyValueHeadCount * model.Config.HeadSize);
        var tape = new Tape(records: false);
        var output = new List<int>();
        int[] input = prompt;
        while (output.Count < count)
        {
            tape.Reset();
            tape.Batch = new TokenBatch
            {
                Ids = input,
                Positions = [.. Enumerable.Range(cache.Length, input.Length)],
                Segments = [new Segment(0, input.Length, cache)],
                TargetRows = [input.Length - 1],
                IsDecoding = output.Count > 0,
            };
            Span<float> logits = model.Logits(tape).Data;
            int best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(logits);
            output.Add(best);
            input = [best];
        }

        return [.. output];
    }

    static float[] Read(SafetensorsFile file, string name)
    {
        Parameter tensor = file.Get(name, [.. file.Tensors[name].Shape.Select(size => (int)size)]);
        var values = new float[tensor.Length];
        tensor.Read(0, values);
        return values;
    }

    static void Compare(float[] actual, float[] expected, string what)
    {
        actual.Length.ShouldBe(expected.Length, what);
        for (int i = 0; i < actual.Length; i++)
            actual[i].ShouldBe(expected[i], LogitTolerance, $"{what}, element {i}");
    }
}
