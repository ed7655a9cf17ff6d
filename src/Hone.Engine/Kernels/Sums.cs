using System.Runtime.Intrinsics;

namespace Hone.Engine.Kernels;

/// <summary>Sums in an order that the length alone decides.</summary>
/// <remarks>TensorPrimitives' sums begin at an aligned address, so that their last bits change with where the memory happens to lie: not used for sums here.</remarks>
public static class Sums
{
    /// <summary>Σ x.</summary>
    internal static float Of(ReadOnlySpan<float> x)
    {
        Vector512<float> even = Vector512<float>.Zero, odd = Vector512<float>.Zero;
        int i = 0;
        for (; i <= x.Length - 2 * Lanes.Count; i += 2 * Lanes.Count)
        {
            even += Lanes.Load(x, i);
            odd += Lanes.Load(x, i + Lanes.Count);
        }

        float sum = Vector512.Sum(even + odd);
        for (; i < x.Length; i++)
            sum += x[i];
        return sum;
    }

    /// <summary>Σ x·y.</summary>
    internal static float OfProducts(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Vector512<float> even = Vector512<float>.Zero, odd = Vector512<float>.Zero;
        int i = 0;
        for (; i <= x.Length - 2 * Lanes.Count; i += 2 * Lanes.Count)
        {
            even = Vector512.FusedMultiplyAdd(Lanes.Load(x, i), Lanes.Load(y, i), even);
            odd = Vector512.FusedMultiplyAdd(Lanes.Load(x, i + Lanes.Count), Lanes.Load(y, i + Lanes.Count), odd);
        }

        float sum = Vector512.Sum(even + odd);
        for (; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    /// <summary>Σ x·y·z.</summary>
    internal static float OfProducts(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z)
    {
        Vector512<float> sums = Vector512<float>.Zero;
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
            sums = Vector512.FusedMultiplyAdd(Lanes.Load(x, i) * Lanes.Load(y, i), Lanes.Load(z, i), sums);

        float sum = Vector512.Sum(sums);
        for (; i < x.Length; i++)
            sum += x[i] * y[i] * z[i];
        return sum;
    }

    /// <summary>Σ x², in float.</summary>
    internal static float OfSquares(ReadOnlySpan<float> x) => OfProducts(x, x);

    /// <summary>Σ x, in double: float drifts over a vocabulary of 10⁵ tokens.</summary>
    internal static double InDouble(ReadOnlySpan<float> x)
    {
        Vector512<double> low = Vector512<double>.Zero, high = Vector512<double>.Zero;
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            (Vector512<double> a, Vector512<double> b) = Vector512.Widen(Lanes.Load(x, i));
            low += a;
            high += b;
        }

        double sum = Vector512.Sum(low + high);
        for (; i < x.Length; i++)
            sum += x[i];
        return sum;
    }

    /// <summary>Σ x², in double.</summary>
    internal static double OfSquaresInDouble(ReadOnlySpan<float> x)
    {
        Vector512<double> low = Vector512<double>.Zero, high = Vector512<double>.Zero;
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            (Vector512<double> a, Vector512<double> b) = Vector512.Widen(Lanes.Load(x, i));
            low += a * a;
            high += b * b;
        }

        double sum = Vector512.Sum(low + high);
        for (; i < x.Length; i++)
            sum += (double)x[i] * x[i];
        return sum;
    }

    /// <summary>Σ x·y, in double.</summary>
    public static double OfProductsInDouble(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Vector512<double> low = Vector512<double>.Zero, high = Vector512<double>.Zero;
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            (Vector512<double> a, Vector512<double> b) = Vector512.Widen(Lanes.Load(x, i));
            (Vector512<double> c, Vector512<double> d) = Vector512.Widen(Lanes.Load(y, i));
            low += a * c;
            high += b * d;
        }

        double sum = Vector512.Sum(low + high);
        for (; i < x.Length; i++)
            sum += (double)x[i] * y[i];
        return sum;
    }
}
