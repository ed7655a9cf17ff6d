using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hone.Engine.Kernels;

namespace Hone.Engine.Neighbours;

/// <summary>Vectors in fewer bits: 8 for those that are searched, 16 for those that ask.</summary>
static class ByteCodes
{
    const int MaxCode = 127;

    /// <summary>More than what vanishes where the squares of many errors are too small for float, each below 3e-23.</summary>
    const float Vanishing = 1e-20f;

    /// <summary>Numbers of a code: the length of the vectors, filled up with zeros.</summary>
    public static int LengthOf(int dimensions) => (dimensions + ByteDots.Step - 1) / ByteDots.Step * ByteDots.Step;

    /// <summary>codes · scale ≈ gain · x, with the scale that uses the whole range.</summary>
    /// <param name="codes">Numbers beyond the length of <paramref name="x"/> stay as they are.</param>
    /// <returns>The scale, and ‖codes · scale − gain · x‖, rounded up.</returns>
    public static (float Scale, float Error) Write(ReadOnlySpan<float> x, float gain, Span<sbyte> codes)
    {
        float largest = Math.Abs(TensorPrimitives.MaxMagnitude(x) * gain);
        float scale = largest / MaxCode, steps = largest > 0 ? gain * (MaxCode / largest) : 0;
        if (!float.IsFinite(steps))
            (scale, steps) = (0, 0); // smaller than float can divide by: the error below says so
        Vector512<float> errors = default;
        int i = 0;
        for (; i <= x.Length - (4 * Lanes.Count); i += 4 * Lanes.Count)
        {
            Vector512<short> low = Vector512.Narrow(Rounded(x, i, steps, gain, scale, ref errors), Rounded(x, i + Lanes.Count, steps, gain, scale, ref errors));
            Vector512<short> high = Vector512.Narrow(Rounded(x, i + (2 * Lanes.Count), steps, gain, scale, ref errors), Rounded(x, i + (3 * Lanes.Count), steps, gain, scale, ref errors));
            Vector512.Narrow(low, high).StoreUnsafe(ref MemoryMarshal.GetReference(codes), (nuint)i);
        }

        double sum = Vector512.Sum(errors);
        for (; i < x.Length; i++)
        {
            float code = MathF.Round(x[i] * steps);
            codes[i] = (sbyte)code;
            double error = (code * scale) - (gain * x[i]);
            sum += error * error;
        }

        // Sums are wrong by far less than a thousandth, each difference by the rounding of its two parts.
        return (scale, (float)((Math.Sqrt(sum) * 1.001) + (3e-7 * largest * Math.Sqrt(x.Length))) + Vanishing);
    }

    static Vector512<int> Rounded(ReadOnlySpan<float> x, int i, float steps, float gain, float scale, ref Vector512<float> errors)
    {
        Vector512<float> value = Lanes.Load(x, i);
        Vector512<float> code = Vector512.Round(value * steps);
        Vector512<float> error = (code * scale) - (value * gain);
        errors += error * error;
        return Vector512.ConvertToInt32(code);
    }

    /// <summary>codes · scale ≈ x, in as many bits as dot products with 8-bit codes leave in 32.</summary>
    /// <returns>The scale, and ‖codes · scale − x‖, rounded up.</returns>
    public static (float Scale, float Error) Write(ReadOnlySpan<float> x, Span<short> codes)
    {
        int most = Math.Min(short.MaxValue, int.MaxValue / MaxCode / codes.Length);
        float largest = Math.Abs(TensorPrimitives.MaxMagnitude(x)), scale = largest / most;
        double errors = 0;
        for (int i = 0; i < x.Length; i++)
        {
            codes[i] = scale > 0 ? (short)Math.Clamp(Math.Round((double)x[i] / scale), -most, most) : (short)0;
            double error = (codes[i] * (double)scale) - x[i];
            errors += error * error;
        }

        return (scale, (float)(Math.Sqrt(errors) * 1.001) + Vanishing);
    }
}
