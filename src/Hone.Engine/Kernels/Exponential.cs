using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Engine.Kernels;

/// <summary>exp(x) for x ≤ 0, to 8e-8.</summary>
/// <remarks>
/// exp(x) = 2ⁿ · exp(r), where n is x / ln 2 as a whole number and exp(r) = 1 + r + r²·Q(r), Q of degree 4, fitted by least squares with weights that even
/// out the relative error, which is 3e-9 before rounding.
/// </remarks>
static class Exponential
{
    /// <summary>Below it exp(x) is no normal float any more.</summary>
    const float Lowest = -87.3f;

    const float InverseLog2 = 1.4426950408889634f;

    /// <summary>Adding it rounds to a whole number, which then stands in the lowest bits.</summary>
    const float Round = 12582912;

    // ln 2 in two parts, the first of them exact in any product with n.
    const float Log2High = 0.693359375f;
    const float Log2Low = -0.00021219444f;

    const float Q0 = 0.49999994f;
    const float Q1 = 0.16666521f;
    const float Q2 = 0.04166839f;
    const float Q3 = 0.0083687454f;
    const float Q4 = 0.0013814541f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x)
    {
        Vector512<float> v = Vector512.MaxNative(Vector512.Create(Lowest), x);
        Vector512<float> shifted = Vector512.FusedMultiplyAdd(v, Vector512.Create(InverseLog2), Vector512.Create(Round));
        Vector512<float> n = shifted - Vector512.Create(Round);
        Vector512<float> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Log2High), v);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Log2Low), r);
        Vector512<float> p = Vector512.FusedMultiplyAdd(Vector512.Create(Q4), r, Vector512.Create(Q3));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(Q2));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(Q1));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(Q0));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        return (p.AsInt32() + (shifted.AsInt32() << 23)).AsSingle();
    }

    /// <summary>row = exp(row - max(row)): the numerators of a softmax.</summary>
    /// <param name="row">A multiple of 16; minus infinity where there is nothing.</param>
    /// <returns>The maximum, and the sum of what was written.</returns>
    public static (float Max, float Sum) SoftMax(Span<float> row)
    {
        Vector512<float> largest = Lanes.Load(row, 0);
        for (int i = Lanes.Count; i < row.Length; i += Lanes.Count)
            largest = Vector512.MaxNative(largest, Lanes.Load(row, i));
        float max = LargestOf(largest);
        Vector512<float> sums = Vector512<float>.Zero;
        for (int i = 0; i < row.Length; i += Lanes.Count)
        {
            Vector512<float> value = Of(Lanes.Load(row, i) - Vector512.Create(max));
            Lanes.Store(value, row, i);
            sums += value;
        }

        return (max, Vector512.Sum(sums));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float LargestOf(Vector512<float> values)
    {
        Vector256<float> eight = Vector256.MaxNative(values.GetLower(), values.GetUpper());
        Vector128<float> four = Vector128.MaxNative(eight.GetLower(), eight.GetUpper());
        four = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(four[0], four[1]);
    }
}
