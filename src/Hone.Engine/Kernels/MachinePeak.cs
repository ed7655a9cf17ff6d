using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hone.Engine.Kernels;

/// <summary>What this machine can do at most, measured on all worker threads: the yardstick of every figure about speed.</summary>
public static class MachinePeak
{
    const int Repetitions = 20_000;
    const int ItemsPerThread = 128; // of 40 µs
    const int ReadBlock = 1 << 18; // floats: 1 MB

    [ThreadStatic]
    static float _sink;

    static readonly Action<int> MultiplyAddItem = static _ => _sink = Avx512F.IsSupported ? MultiplyAdd512() : MultiplyAdd256();

    /// <summary>Multiply-adds of float32 on registers alone, two operations each.</summary>
    /// <returns>10⁹ operations per second.</returns>
    public static double Gigaflops()
    {
        int items = Workers.Threads * ItemsPerThread;
        double operations = 2.0 * items * Repetitions * (Avx512F.IsSupported ? 16 * 16 : 12 * 8);
        return operations / Seconds(items, MultiplyAddItem) / 1e9;
    }

    /// <summary>Reads <paramref name="buffer"/>, which should be many times larger than the caches, once.</summary>
    /// <returns>10⁹ bytes per second.</returns>
    public static double ReadGigabytesPerSecond(ReadOnlyMemory<float> buffer)
    {
        int items = buffer.Length / ReadBlock;
        double seconds = Seconds(items, item => _sink = Read(buffer.Span.Slice(item * ReadBlock, ReadBlock)));
        return (double)items * ReadBlock * sizeof(float) / seconds / 1e9;
    }

    static double Seconds(int items, Action<int> body)
    {
        long start = Stopwatch.GetTimestamp();
        Workers.For(items, body);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float MultiplyAdd512()
    {
        Vector512<float> a = Vector512.Create(0.999f), b = Vector512.Create(0.001f);
        Vector512<float> c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a;
        Vector512<float> d0 = b, d1 = b, d2 = b, d3 = b, d4 = b, d5 = b, d6 = b, d7 = b;
        for (int i = 0; i < Repetitions; i++)
        {
            c0 = Vector512.MultiplyAddEstimate(c0, a, b);
            c1 = Vector512.MultiplyAddEstimate(c1, a, b);
            c2 = Vector512.MultiplyAddEstimate(c2, a, b);
            c3 = Vector512.MultiplyAddEstimate(c3, a, b);
            c4 = Vector512.MultiplyAddEstimate(c4, a, b);
            c5 = Vector512.MultiplyAddEstimate(c5, a, b);
            c6 = Vector512.MultiplyAddEstimate(c6, a, b);
            c7 = Vector512.MultiplyAddEstimate(c7, a, b);
            d0 = Vector512.MultiplyAddEstimate(d0, a, b);
            d1 = Vector512.MultiplyAddEstimate(d1, a, b);
            d2 = Vector512.MultiplyAddEstimate(d2, a, b);
            d3 = Vector512.MultiplyAddEstimate(d3, a, b);
            d4 = Vector512.MultiplyAddEstimate(d4, a, b);
            d5 = Vector512.MultiplyAddEstimate(d5, a, b);
            d6 = Vector512.MultiplyAddEstimate(d6, a, b);
            d7 = Vector512.MultiplyAddEstimate(d7, a, b);
        }

        return Vector512.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + d0 + d1 + d2 + d3 + d4 + d5 + d6 + d7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float MultiplyAdd256()
    {
        Vector256<float> a = Vector256.Create(0.999f), b = Vector256.Create(0.001f);
        Vector256<float> c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a;
        Vector256<float> d0 = b, d1 = b, d2 = b, d3 = b, d4 = b, d5 = b;
        for (int i = 0; i < Repetitions; i++)
        {
            c0 = Vector256.MultiplyAddEstimate(c0, a, b);
            c1 = Vector256.MultiplyAddEstimate(c1, a, b);
            c2 = Vector256.MultiplyAddEstimate(c2, a, b);
            c3 = Vector256.MultiplyAddEstimate(c3, a, b);
            c4 = Vector256.MultiplyAddEstimate(c4, a, b);
            c5 = Vector256.MultiplyAddEstimate(c5, a, b);
            d0 = Vector256.MultiplyAddEstimate(d0, a, b);
            d1 = Vector256.MultiplyAddEstimate(d1, a, b);
            d2 = Vector256.MultiplyAddEstimate(d2, a, b);
            d3 = Vector256.MultiplyAddEstimate(d3, a, b);
            d4 = Vector256.MultiplyAddEstimate(d4, a, b);
            d5 = Vector256.MultiplyAddEstimate(d5, a, b);
        }

        return Vector256.Sum(c0 + c1 + c2 + c3 + c4 + c5 + d0 + d1 + d2 + d3 + d4 + d5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Read(ReadOnlySpan<float> values)
    {
        ref float first = ref MemoryMarshal.GetReference(values);
        Vector512<float> a = default, b = default, c = default, d = default;
        for (nuint i = 0; i + 64 <= (nuint)values.Length; i += 64)
        {
            a += Vector512.LoadUnsafe(ref first, i);
            b += Vector512.LoadUnsafe(ref first, i + 16);
            c += Vector512.LoadUnsafe(ref first, i + 32);
            d += Vector512.LoadUnsafe(ref first, i + 48);
        }

        return Vector512.Sum(a + b + c + d);
    }
}
