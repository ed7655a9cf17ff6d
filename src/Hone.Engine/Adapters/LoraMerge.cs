using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hone.Engine.Checkpoints;
using Hone.Engine.Models;

namespace Hone.Engine.Adapters;

/// <summary>Adds an adapter to its base's weights for good: W + scale·B·A, in float32.</summary>
public static class LoraMerge
{
    /// <summary>Fills a folder with the whole model, and compares what was written with what it should be.</summary>
    /// <param name="folder">Exists already.</param>
    /// <param name="type">The precision to store; null keeps that of each of the base's tensors.</param>
    public static void Write(string folder, string baseFolder, string adapterFolder, ElementType? type = null)
    {
        using var source = ModelFolder.Open(baseFolder);
        CausalModel model = source.Load();
        var adapter = LoraAdapter.Load(adapterFolder, model.Linears);
        var linears = model.Linears.ToDictionary(linear => linear.Weight.Name, StringComparer.Ordinal);
        PendingTensor[] tensors =
        [
            .. source.StoredWeights().Select(stored =>
                linears.TryGetValue(stored.Name, out Linear? linear) && adapter.Layers.TryGetValue(linear.Name, out LoraWeights? lora)
                    ? new PendingTensor(stored.Name, stored.Shape, type ?? stored.Type, () => Merge(linear, lora))
                    : new PendingTensor(stored.Name, stored.Shape, type ?? stored.Type, () => stored)),
        ];
        ModelFolder.Fill(folder, Path.Combine(baseFolder, ModelFolder.ConfigFile), baseFolder, tensors, type);
        Verify(folder, tensors);
    }

    /// <summary>The layer's weight with the adapter added, in the layer's own layout.</summary>
    public static Parameter Merge(Linear linear, LoraWeights lora)
    {
        Parameter weight = linear.Weight;
        var values = new float[weight.Length];
        weight.Read(0, values);

        // Row i of B·A is Σᵣ B[i, r]·A[r]; stored the other way round, row i is Σᵣ A[r, i]·Bᵀ[r].
        Parameter factors = linear.IsInputMajor ? Transpose(lora.A) : lora.B;
        Parameter basis = linear.IsInputMajor ? Transpose(lora.B) : lora.A;
        var delta = new float[weight.Columns];
        for (int row = 0; row < weight.Rows; row++)
        {
            Span<float> sum = delta;
            sum.Clear();
            for (int r = 0; r < lora.Rank; r++)
                TensorPrimitives.MultiplyAdd(basis.Data.Slice(r * weight.Columns, weight.Columns), factors.Data[(row * lora.Rank) + r], sum, sum);
            Span<float> merged = values.AsSpan(row * weight.Columns, weight.Columns);
            TensorPrimitives.MultiplyAdd(sum, lora.Scale, merged, merged);
        }
        return new Parameter(weight.Name, weight.Shape, values);
    }

    static Parameter Transpose(Parameter matrix)
    {
        var values = new float[matrix.Length];
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int column = 0; column < matrix.Columns; column++)
                values[(column * matrix.Rows) + row] = matrix.Data[(row * matrix.Columns) + column];
        }
        return new Parameter(matrix.Name, [matrix.Columns, matrix.Rows], values);
    }

    static void Verify(string folder, PendingTensor[] tensors)
    {
        using var written = ModelFolder.Open(folder);
        written.Load();
        Dictionary<string, Parameter> found = written.StoredWeights().ToDictionary(weight => weight.Name, StringComparer.Ordinal);
        foreach (PendingTensor tensor in tensors)
        {
            if (!found.TryGetValue(tensor.Name, out Parameter? weight) || !Equal(weight, SafetensorsWriter.Rounded(tensor.Load(), tensor.Type)))
                throw new HoneException(Text.Of($"{folder}: tensor {TensorEntry.Quote(tensor.Name)} is not what was written. Is the disk in order?", $"{folder}：张量 {TensorEntry.Quote(tensor.Name)} 与写入的内容不同。磁盘是否正常？"));
        }
    }

    /// <summary>Bit for bit, so that a NaN equals itself.</summary>
    static bool Equal(Parameter weight, float[] expected)
    {
        var values = new float[weight.Length];
        weight.Read(0, values);
        return MemoryMarshal.Cast<float, uint>(values).SequenceEqual(MemoryMarshal.Cast<float, uint>(expected));
    }
}
