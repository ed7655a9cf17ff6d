using System.Numerics;
using System.Numerics.Tensors;

namespace Hone.Engine.Neighbours;

/// <summary>A rotation by chance that is the same on every machine: signs that are flipped and Hadamard transforms of overlapping parts, in turns, so that no direction of the data stands out afterwards.</summary>
sealed class SignRotation
{
    const int Rounds = 4;

    readonly float[][] _flips;
    readonly int _part;

    public SignRotation(int dimensions)
    {
        Length = (dimensions + 63) / 64 * 64;
        _part = (int)BitOperations.RoundUpToPowerOf2((uint)Length + 1) / 2;
        SeededRandom random = new(2);
        float scale = (float)(1 / Math.Sqrt(_part));
        _flips = [.. Enumerable.Range(0, Rounds).Select(_ => Enumerable.Range(0, _part).Select(_ => random.NextUInt64() % 2 == 0 ? scale : -scale).ToArray())];
    }

    /// <summary>Numbers of a rotated vector: those of the vector, filled up to a multiple of 64.</summary>
    public int Length { get; }

    /// <param name="x">As long as the vectors.</param>
    /// <param name="y">Of <see cref="Length"/>.</param>
    public void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        x.CopyTo(y);
        y[x.Length..].Clear();
        for (int round = 0; round < Rounds; round++)
        {
            Span<float> part = round % 2 == 0 ? y[.._part] : y[^_part..];
            TensorPrimitives.Multiply(part, _flips[round], part);
            Transform(part);
        }
    }

    /// <summary>y = H·y, unscaled (Hadamard).</summary>
    static void Transform(Span<float> y)
    {
        for (int half = 1; half < y.Length; half *= 2)
        {
            for (int first = 0; first < y.Length; first += 2 * half)
            {
                Span<float> low = y.Slice(first, half), high = y.Slice(first + half, half);
                if (half < 16)
                {
                    for (int i = 0; i < half; i++)
                        (low[i], high[i]) = (low[i] + high[i], low[i] - high[i]);
                    continue;
                }

                for (int i = 0; i < half; i += Kernels.Lanes.Count)
                {
                    var a = Kernels.Lanes.Load(low, i);
                    var b = Kernels.Lanes.Load(high, i);
                    Kernels.Lanes.Store(a + b, low, i);
                    Kernels.Lanes.Store(a - b, high, i);
                }
            }
        }
    }
}
