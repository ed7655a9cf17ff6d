using System.Numerics.Tensors;
using System.Text;

namespace Hone.Engine.Checkpoints;

/// <summary>Fresh weights: norms 1, biases 0, matrices from N(0, initializer_range²), and those that write to the residual stream smaller by √(2·layers) (Radford et al. 2019).</summary>
/// <remarks>A tensor's numbers follow from the seed and its name, whatever else the model asks for.</remarks>
/// <param name="storage">F32, or BF16 for the matrices; vectors are always F32.</param>
public sealed class RandomWeights(ModelConfig config, ulong seed, ElementType storage) : WeightSource
{
    const int ValuesPerItem = 1 << 14;

    static readonly string[] ResidualProjections = ["o_proj.weight", "down_proj.weight", "c_proj.weight"];

    public override Parameter Get(string name, params ReadOnlySpan<int> shape)
    {
        int[] dimensions = shape.ToArray();
        int length = dimensions.Aggregate(1, (product, dimension) => checked(product * dimension));
        if (dimensions.Length == 1)
        {
            var vector = new float[length];
            Array.Fill(vector, name.EndsWith(".bias", StringComparison.Ordinal) ? 0 : 1);
            return new Parameter(name, dimensions, vector);
        }

        bool isResidual = ResidualProjections.Any(ending => name.EndsWith(ending, StringComparison.Ordinal));
        float deviation = config.InitializerRange / (isResidual ? MathF.Sqrt(2 * config.LayerCount) : 1);
        ulong tensorSeed = new SeededRandom(seed ^ Hash(name)).NextUInt64();
        return storage switch
        {
            ElementType.F32 => new Parameter(name, dimensions, Singles(length, tensorSeed, deviation)),
            ElementType.BF16 => new Parameter(name, dimensions, ElementType.BF16, BFloat16s(length, tensorSeed, deviation)),
            _ => throw new InvalidOperationException($"Fresh weights cannot be stored as {storage}."),
        };
    }

    public override void RequireAllUsed() { }

    static Memory<float> Singles(int length, ulong seed, float deviation)
    {
        float[] values = GC.AllocateUninitializedArray<float>(length, pinned: true);
        ForEachPart(length, (first, count) => Fill(values.AsSpan(first, count), seed + (ulong)first, deviation));
        return values;
    }

    static ReadOnlyMemory<ushort> BFloat16s(int length, ulong seed, float deviation)
    {
        ushort[] values = GC.AllocateUninitializedArray<ushort>(length, pinned: true);
        ForEachPart(length, (first, count) =>
        {
            Span<float> part = new float[count];
            Fill(part, seed + (ulong)first, deviation);
            for (int i = 0; i < count; i++)
                values[first + i] = (ushort)((BitConverter.SingleToUInt32Bits(part[i]) + 0x8000) >> 16);
        });
        return values;
    }

    static void ForEachPart(int length, Action<int, int> body) =>
        Workers.For((length + ValuesPerItem - 1) / ValuesPerItem, item =>
            body(item * ValuesPerItem, Math.Min(ValuesPerItem, length - item * ValuesPerItem)));

    /// <summary>√(-2 ln u) · cos(2πv) and · sin(2πv) (Box and Muller 1958).</summary>
    static void Fill(Span<float> values, ulong seed, float deviation)
    {
        var random = new SeededRandom(seed);
        int pairs = (values.Length + 1) / 2;
        float[] radii = new float[pairs], angles = new float[pairs], waves = new float[pairs];
        for (int i = 0; i < pairs; i++)
        {
            ulong bits = random.NextUInt64();
            radii[i] = ((uint)(bits >> 40) + 1) * (1f / (1 << 24)); // (0, 1]
            angles[i] = (uint)(bits >> 8 & 0xFFFFFF) * (MathF.Tau / (1 << 24));
        }

        TensorPrimitives.Log(radii, radii);
        TensorPrimitives.Multiply(radii, -2 * deviation * deviation, radii);
        TensorPrimitives.Sqrt(radii, radii);
        TensorPrimitives.Cos(angles, waves);
        TensorPrimitives.Multiply(radii, waves, values[..pairs]);
        TensorPrimitives.Sin(angles, angles);
        TensorPrimitives.Multiply(radii.AsSpan(0, values.Length - pairs), angles.AsSpan(0, values.Length - pairs), values[pairs..]);
    }

    static ulong Hash(string name)
    {
        ulong hash = 14695981039346656037; // FNV-1a
        foreach (byte value in Encoding.UTF8.GetBytes(name))
            hash = (hash ^ value) * 1099511628211;
        return hash;
    }
}
