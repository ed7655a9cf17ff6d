using System.Text.Json;
using Hone.Engine.Checkpoints;
using Hone.Engine.Models;
using Xunit;

namespace Hone.Engine.Tests.Parity;

/// <summary>One folder of <c>parity/causal</c>: a checkpoint and what PyTorch computed with it.</summary>
sealed class CausalCase : IDisposable
{
    readonly JsonDocument _expected;
    readonly CheckpointFolder _checkpoint;

    CausalCase(string folder)
    {
        Folder = folder;
        _expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
        Tensors = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        _checkpoint = CheckpointFolder.Open(folder);
        Model = Architectures.Create(ReadConfig(folder), _checkpoint);
    }

    /// <summary>The cases whose family Hone runs.</summary>
    public static IEnumerable<TheoryDataRow<string>> All => ParityFolder.Cases("causal", folder => Architectures.Names.Contains(ModelType(folder)));

    /// <summary>Those of them whose <c>expected.json</c> passes a filter.</summary>
    public static IEnumerable<TheoryDataRow<string>> Where(Func<JsonElement, bool> isWanted) =>
        ParityFolder.Cases("causal", folder =>
        {
            using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
            return Architectures.Names.Contains(ModelType(folder)) && isWanted(expected.RootElement);
        });

    public string Folder { get; }

    public JsonElement Expected => _expected.RootElement;

    public SafetensorsFile Tensors { get; }

    public CausalModel Model { get; }

    public static CausalCase Open(string name)
    {
        string folder = ParityFolder.Require("causal");
        Assert.SkipWhen(name.Length == 0, "skipped: no case of this kind");
        return new(Path.Combine(folder, name));
    }

    public static ModelConfig ReadConfig(string folder) => ModelConfig.Read(Path.Combine(folder, "config.json"), Architectures.Names);

    /// <summary>A tensor of <c>expected.safetensors</c> as float32.</summary>
    public float[] Tensor(string name)
    {
        int[] shape = [.. Tensors.Tensors[name].Shape.Select(size => (int)size)];
        Parameter tensor = Tensors.Get(name, shape);
        var values = new float[tensor.Length];
        tensor.Read(0, values);
        return values;
    }

    /// <summary>Sequences with their loss masks, packed; the mask at t says whether token t is a target.</summary>
    public static TokenBatch Batch(JsonElement sequences)
    {
        var rows = new List<int>();
        var targets = new List<int>();
        var ids = new List<int[]>();
        int start = 0;
        foreach (JsonElement sequence in sequences.EnumerateArray())
        {
            int[] tokens = Integers(sequence.GetProperty("input_ids"));
            int[] mask = Integers(sequence.GetProperty("loss_mask"));
            for (int t = 1; t < tokens.Length; t++)
            {
                if (mask[t] == 0)
                    continue;
                rows.Add(start + t - 1);
                targets.Add(tokens[t]);
            }

            ids.Add(tokens);
            start += tokens.Length;
        }

        TokenBatch packed = TokenBatch.Pack([.. ids]);
        var weights = new float[targets.Count];
        Array.Fill(weights, 1f / targets.Count);
        return new TokenBatch
        {
            Ids = packed.Ids,
            Positions = packed.Positions,
            Segments = packed.Segments,
            TargetRows = [.. rows],
            Targets = [.. targets],
            TargetWeights = weights,
        };
    }

    public static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetInt32())];

    public void Dispose()
    {
        _expected.Dispose();
        Tensors.Dispose();
        _checkpoint.Dispose();
    }

    static string ModelType(string folder)
    {
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
        return config.RootElement.GetProperty("model_type").GetString() ?? "";
    }
}
