using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hone.Data.Analysis;

/// <summary>How far apart two points are: the same bits wherever they lie in memory.</summary>
static class PointDistance
{
    const int Lanes = 16;

    /// <summary>Σ (x − y)². Of unit vectors it is twice the cosine distance, without the cancellation of 1 − x·y for near ones.</summary>
    public static float Squared(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Vector512<float> even = Vector512<float>.Zero, odd = Vector512<float>.Zero;
        ref float a = ref MemoryMarshal.GetReference(x), b = ref MemoryMarshal.GetReference(y[..x.Length]);
        int i = 0;
        for (; i <= x.Length - (2 * Lanes); i += 2 * Lanes)
        {
            Vector512<float> first = Vector512.LoadUnsafe(ref a, (nuint)i) - Vector512.LoadUnsafe(ref b, (nuint)i);
            Vector512<float> second = Vector512.LoadUnsafe(ref a, (nuint)i + Lanes) - Vector512.LoadUnsafe(ref b, (nuint)i + Lanes);
            even = Vector512.FusedMultiplyAdd(first, first, even);
            odd = Vector512.FusedMultiplyAdd(second, second, odd);
        }

        float sum = Vector512.Sum(even + odd);
        for (; i < x.Length; i++)
            sum += (x[i] - y[i]) * (x[i] - y[i]);
        return sum;
    }

    /// <summary>√Σ (x − y)².</summary>
    public static double Euclidean(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => Math.Sqrt(Squared(x, y));

    /// <summary>1 − x·y of unit vectors.</summary>
    public static double Cosine(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => Squared(x, y) / 2.0;
}
