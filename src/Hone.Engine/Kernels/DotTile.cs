using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hone.Engine.Kernels;

/// <summary>Dot products of 8 rows of a matrix with 1, 2 or 3 vectors at a time, all sums in registers.</summary>
/// <remarks>A sum has 16 lanes that each run over K in order, and are added at the end: the same for any number of vectors.</remarks>
static class DotTile
{
    /// <summary>Rows of the matrix in a tile.</summary>
    public const int Rows = 8;

    /// <summary>Most vectors in a tile.</summary>
    public const int Width = 3;

    /// <summary>What K is a multiple of.</summary>
    public const int Step = 32;

    /// <param name="x">Vectors of <paramref name="depth"/> floats, in the order of <see cref="INumberFormat{T}.LoadPair"/>.</param>
    /// <param name="w">The first of 8 rows, <paramref name="wStride"/> apart.</param>
    /// <param name="sums">[count, 8]</param>
    public static void Multiply<TFormat, T>(ReadOnlySpan<float> x, int count, ReadOnlySpan<T> w, int wStride, int depth, Span<float> sums)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        if (depth > 0)
        {
            _ = x[count * depth - 1];
            _ = w[(Rows - 1) * wStride + depth - 1];
        }

        _ = sums[count * Rows - 1];
        ref float vectors = ref MemoryMarshal.GetReference(x);
        ref T rows = ref MemoryMarshal.GetReference(w);
        // Narrower machines have too few registers for more than one vector at a time.
        int width = Avx512F.IsSupported ? Width : 1;
        // Each pass asks for its share of the next tile, so that memory is busy during all of them: 1.4x for 8 vectors.
        int passes = (count + width - 1) / width;
        nuint share = (nuint)(Rows * Step * Unsafe.SizeOf<T>() / passes);
        ref byte next = ref Unsafe.As<T, byte>(ref Unsafe.Add(ref rows, Rows * wStride));
        for (int i = 0; i < count; i += width)
        {
            ref float from = ref Unsafe.Add(ref vectors, i * depth);
            Span<float> to = sums[(i * Rows)..];
            int left = Math.Min(width, count - i);
            if (left == 1)
                Dot1<TFormat, T>(ref from, ref rows, (nuint)wStride, (nuint)depth, ref next, share, to);
            else if (left == 2)
                Dot2<TFormat, T>(ref from, ref rows, (nuint)wStride, (nuint)depth, ref next, share, to);
            else
                Dot3<TFormat, T>(ref from, ref rows, (nuint)wStride, (nuint)depth, ref next, share, to);
            next = ref Unsafe.Add(ref next, (nuint)(depth / Step) * share);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Dot1<TFormat, T>(ref float x, ref T w, nuint wStride, nuint depth, ref byte next, nuint share, Span<float> sums)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        Vector512<float> s0a = Vector512<float>.Zero;
        Vector512<float> s1a = Vector512<float>.Zero;
        Vector512<float> s2a = Vector512<float>.Zero;
        Vector512<float> s3a = Vector512<float>.Zero;
        Vector512<float> s4a = Vector512<float>.Zero;
        Vector512<float> s5a = Vector512<float>.Zero;
        Vector512<float> s6a = Vector512<float>.Zero;
        Vector512<float> s7a = Vector512<float>.Zero;
        ref T w1 = ref Unsafe.Add(ref w, wStride);
        ref T w2 = ref Unsafe.Add(ref w, 2 * wStride);
        ref T w3 = ref Unsafe.Add(ref w, 3 * wStride);
        ref T w4 = ref Unsafe.Add(ref w, 4 * wStride);
        ref T w5 = ref Unsafe.Add(ref w, 5 * wStride);
        ref T w6 = ref Unsafe.Add(ref w, 6 * wStride);
        ref T w7 = ref Unsafe.Add(ref w, 7 * wStride);
        for (nuint k = 0; k < depth; k += Step)
        {
            Prefetch(ref next, share);
            next = ref Unsafe.Add(ref next, share);
            Vector512<float> ap = Vector512.LoadUnsafe(ref x, k), aq = Vector512.LoadUnsafe(ref x, k + Strips.Lanes);
            (Vector512<float> p, Vector512<float> q) = TFormat.LoadPair(ref w, k);
            s0a = Vector512.MultiplyAddEstimate(p, ap, s0a);
            s0a = Vector512.MultiplyAddEstimate(q, aq, s0a);
            (p, q) = TFormat.LoadPair(ref w1, k);
            s1a = Vector512.MultiplyAddEstimate(p, ap, s1a);
            s1a = Vector512.MultiplyAddEstimate(q, aq, s1a);
            (p, q) = TFormat.LoadPair(ref w2, k);
            s2a = Vector512.MultiplyAddEstimate(p, ap, s2a);
            s2a = Vector512.MultiplyAddEstimate(q, aq, s2a);
            (p, q) = TFormat.LoadPair(ref w3, k);
            s3a = Vector512.MultiplyAddEstimate(p, ap, s3a);
            s3a = Vector512.MultiplyAddEstimate(q, aq, s3a);
            (p, q) = TFormat.LoadPair(ref w4, k);
            s4a = Vector512.MultiplyAddEstimate(p, ap, s4a);
            s4a = Vector512.MultiplyAddEstimate(q, aq, s4a);
            (p, q) = TFormat.LoadPair(ref w5, k);
            s5a = Vector512.MultiplyAddEstimate(p, ap, s5a);
            s5a = Vector512.MultiplyAddEstimate(q, aq, s5a);
            (p, q) = TFormat.LoadPair(ref w6, k);
            s6a = Vector512.MultiplyAddEstimate(p, ap, s6a);
            s6a = Vector512.MultiplyAddEstimate(q, aq, s6a);
            (p, q) = TFormat.LoadPair(ref w7, k);
            s7a = Vector512.MultiplyAddEstimate(p, ap, s7a);
            s7a = Vector512.MultiplyAddEstimate(q, aq, s7a);
        }

        ref float to = ref MemoryMarshal.GetReference(sums);
        Add(s0a, s1a, s2a, s3a, s4a, s5a, s6a, s7a, ref to);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Dot2<TFormat, T>(ref float x, ref T w, nuint wStride, nuint depth, ref byte next, nuint share, Span<float> sums)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        Vector512<float> s0a = Vector512<float>.Zero, s0b = Vector512<float>.Zero;
        Vector512<float> s1a = Vector512<float>.Zero, s1b = Vector512<float>.Zero;
        Vector512<float> s2a = Vector512<float>.Zero, s2b = Vector512<float>.Zero;
        Vector512<float> s3a = Vector512<float>.Zero, s3b = Vector512<float>.Zero;
        Vector512<float> s4a = Vector512<float>.Zero, s4b = Vector512<float>.Zero;
        Vector512<float> s5a = Vector512<float>.Zero, s5b = Vector512<float>.Zero;
        Vector512<float> s6a = Vector512<float>.Zero, s6b = Vector512<float>.Zero;
        Vector512<float> s7a = Vector512<float>.Zero, s7b = Vector512<float>.Zero;
        ref float x1 = ref Unsafe.Add(ref x, depth);
        ref T w1 = ref Unsafe.Add(ref w, wStride);
        ref T w2 = ref Unsafe.Add(ref w, 2 * wStride);
        ref T w3 = ref Unsafe.Add(ref w, 3 * wStride);
        ref T w4 = ref Unsafe.Add(ref w, 4 * wStride);
        ref T w5 = ref Unsafe.Add(ref w, 5 * wStride);
        ref T w6 = ref Unsafe.Add(ref w, 6 * wStride);
        ref T w7 = ref Unsafe.Add(ref w, 7 * wStride);
        for (nuint k = 0; k < depth; k += Step)
        {
            Prefetch(ref next, share);
            next = ref Unsafe.Add(ref next, share);
            Vector512<float> ap = Vector512.LoadUnsafe(ref x, k), aq = Vector512.LoadUnsafe(ref x, k + Strips.Lanes);
            Vector512<float> bp = Vector512.LoadUnsafe(ref x1, k), bq = Vector512.LoadUnsafe(ref x1, k + Strips.Lanes);
            (Vector512<float> p, Vector512<float> q) = TFormat.LoadPair(ref w, k);
            s0a = Vector512.MultiplyAddEstimate(p, ap, s0a);
            s0b = Vector512.MultiplyAddEstimate(p, bp, s0b);
            s0a = Vector512.MultiplyAddEstimate(q, aq, s0a);
            s0b = Vector512.MultiplyAddEstimate(q, bq, s0b);
            (p, q) = TFormat.LoadPair(ref w1, k);
            s1a = Vector512.MultiplyAddEstimate(p, ap, s1a);
            s1b = Vector512.MultiplyAddEstimate(p, bp, s1b);
            s1a = Vector512.MultiplyAddEstimate(q, aq, s1a);
            s1b = Vector512.MultiplyAddEstimate(q, bq, s1b);
            (p, q) = TFormat.LoadPair(ref w2, k);
            s2a = Vector512.MultiplyAddEstimate(p, ap, s2a);
            s2b = Vector512.MultiplyAddEstimate(p, bp, s2b);
            s2a = Vector512.MultiplyAddEstimate(q, aq, s2a);
            s2b = Vector512.MultiplyAddEstimate(q, bq, s2b);
            (p, q) = TFormat.LoadPair(ref w3, k);
            s3a = Vector512.MultiplyAddEstimate(p, ap, s3a);
            s3b = Vector512.MultiplyAddEstimate(p, bp, s3b);
            s3a = Vector512.MultiplyAddEstimate(q, aq, s3a);
            s3b = Vector512.MultiplyAddEstimate(q, bq, s3b);
            (p, q) = TFormat.LoadPair(ref w4, k);
            s4a = Vector512.MultiplyAddEstimate(p, ap, s4a);
            s4b = Vector512.MultiplyAddEstimate(p, bp, s4b);
            s4a = Vector512.MultiplyAddEstimate(q, aq, s4a);
            s4b = Vector512.MultiplyAddEstimate(q, bq, s4b);
            (p, q) = TFormat.LoadPair(ref w5, k);
            s5a = Vector512.MultiplyAddEstimate(p, ap, s5a);
            s5b = Vector512.MultiplyAddEstimate(p, bp, s5b);
            s5a = Vector512.MultiplyAddEstimate(q, aq, s5a);
            s5b = Vector512.MultiplyAddEstimate(q, bq, s5b);
            (p, q) = TFormat.LoadPair(ref w6, k);
            s6a = Vector512.MultiplyAddEstimate(p, ap, s6a);
            s6b = Vector512.MultiplyAddEstimate(p, bp, s6b);
            s6a = Vector512.MultiplyAddEstimate(q, aq, s6a);
            s6b = Vector512.MultiplyAddEstimate(q, bq, s6b);
            (p, q) = TFormat.LoadPair(ref w7, k);
            s7a = Vector512.MultiplyAddEstimate(p, ap, s7a);
            s7b = Vector512.MultiplyAddEstimate(p, bp, s7b);
            s7a = Vector512.MultiplyAddEstimate(q, aq, s7a);
            s7b = Vector512.MultiplyAddEstimate(q, bq, s7b);
        }

        ref float to = ref MemoryMarshal.GetReference(sums);
        Add(s0a, s1a, s2a, s3a, s4a, s5a, s6a, s7a, ref to);
        Add(s0b, s1b, s2b, s3b, s4b, s5b, s6b, s7b, ref Unsafe.Add(ref to, 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Dot3<TFormat, T>(ref float x, ref T w, nuint wStride, nuint depth, ref byte next, nuint share, Span<float> sums)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        Vector512<float> s0a = Vector512<float>.Zero, s0b = Vector512<float>.Zero, s0c = Vector512<float>.Zero;
        Vector512<float> s1a = Vector512<float>.Zero, s1b = Vector512<float>.Zero, s1c = Vector512<float>.Zero;
        Vector512<float> s2a = Vector512<float>.Zero, s2b = Vector512<float>.Zero, s2c = Vector512<float>.Zero;
        Vector512<float> s3a = Vector512<float>.Zero, s3b = Vector512<float>.Zero, s3c = Vector512<float>.Zero;
        Vector512<float> s4a = Vector512<float>.Zero, s4b = Vector512<float>.Zero, s4c = Vector512<float>.Zero;
        Vector512<float> s5a = Vector512<float>.Zero, s5b = Vector512<float>.Zero, s5c = Vector512<float>.Zero;
        Vector512<float> s6a = Vector512<float>.Zero, s6b = Vector512<float>.Zero, s6c = Vector512<float>.Zero;
        Vector512<float> s7a = Vector512<float>.Zero, s7b = Vector512<float>.Zero, s7c = Vector512<float>.Zero;
        ref float x1 = ref Unsafe.Add(ref x, depth);
        ref float x2 = ref Unsafe.Add(ref x, 2 * depth);
        ref T w1 = ref Unsafe.Add(ref w, wStride);
        ref T w2 = ref Unsafe.Add(ref w, 2 * wStride);
        ref T w3 = ref Unsafe.Add(ref w, 3 * wStride);
        ref T w4 = ref Unsafe.Add(ref w, 4 * wStride);
        ref T w5 = ref Unsafe.Add(ref w, 5 * wStride);
        ref T w6 = ref Unsafe.Add(ref w, 6 * wStride);
        ref T w7 = ref Unsafe.Add(ref w, 7 * wStride);
        for (nuint k = 0; k < depth; k += Step)
        {
            Prefetch(ref next, share);
            next = ref Unsafe.Add(ref next, share);
            Vector512<float> ap = Vector512.LoadUnsafe(ref x, k), aq = Vector512.LoadUnsafe(ref x, k + Strips.Lanes);
            Vector512<float> bp = Vector512.LoadUnsafe(ref x1, k), bq = Vector512.LoadUnsafe(ref x1, k + Strips.Lanes);
            Vector512<float> cp = Vector512.LoadUnsafe(ref x2, k), cq = Vector512.LoadUnsafe(ref x2, k + Strips.Lanes);
            (Vector512<float> p, Vector512<float> q) = TFormat.LoadPair(ref w, k);
            s0a = Vector512.MultiplyAddEstimate(p, ap, s0a);
            s0b = Vector512.MultiplyAddEstimate(p, bp, s0b);
            s0c = Vector512.MultiplyAddEstimate(p, cp, s0c);
            s0a = Vector512.MultiplyAddEstimate(q, aq, s0a);
            s0b = Vector512.MultiplyAddEstimate(q, bq, s0b);
            s0c = Vector512.MultiplyAddEstimate(q, cq, s0c);
            (p, q) = TFormat.LoadPair(ref w1, k);
            s1a = Vector512.MultiplyAddEstimate(p, ap, s1a);
            s1b = Vector512.MultiplyAddEstimate(p, bp, s1b);
            s1c = Vector512.MultiplyAddEstimate(p, cp, s1c);
            s1a = Vector512.MultiplyAddEstimate(q, aq, s1a);
            s1b = Vector512.MultiplyAddEstimate(q, bq, s1b);
            s1c = Vector512.MultiplyAddEstimate(q, cq, s1c);
            (p, q) = TFormat.LoadPair(ref w2, k);
            s2a = Vector512.MultiplyAddEstimate(p, ap, s2a);
            s2b = Vector512.MultiplyAddEstimate(p, bp, s2b);
            s2c = Vector512.MultiplyAddEstimate(p, cp, s2c);
            s2a = Vector512.MultiplyAddEstimate(q, aq, s2a);
            s2b = Vector512.MultiplyAddEstimate(q, bq, s2b);
            s2c = Vector512.MultiplyAddEstimate(q, cq, s2c);
            (p, q) = TFormat.LoadPair(ref w3, k);
            s3a = Vector512.MultiplyAddEstimate(p, ap, s3a);
            s3b = Vector512.MultiplyAddEstimate(p, bp, s3b);
            s3c = Vector512.MultiplyAddEstimate(p, cp, s3c);
            s3a = Vector512.MultiplyAddEstimate(q, aq, s3a);
            s3b = Vector512.MultiplyAddEstimate(q, bq, s3b);
            s3c = Vector512.MultiplyAddEstimate(q, cq, s3c);
            (p, q) = TFormat.LoadPair(ref w4, k);
            s4a = Vector512.MultiplyAddEstimate(p, ap, s4a);
            s4b = Vector512.MultiplyAddEstimate(p, bp, s4b);
            s4c = Vector512.MultiplyAddEstimate(p, cp, s4c);
            s4a = Vector512.MultiplyAddEstimate(q, aq, s4a);
            s4b = Vector512.MultiplyAddEstimate(q, bq, s4b);
            s4c = Vector512.MultiplyAddEstimate(q, cq, s4c);
            (p, q) = TFormat.LoadPair(ref w5, k);
            s5a = Vector512.MultiplyAddEstimate(p, ap, s5a);
            s5b = Vector512.MultiplyAddEstimate(p, bp, s5b);
            s5c = Vector512.MultiplyAddEstimate(p, cp, s5c);
            s5a = Vector512.MultiplyAddEstimate(q, aq, s5a);
            s5b = Vector512.MultiplyAddEstimate(q, bq, s5b);
            s5c = Vector512.MultiplyAddEstimate(q, cq, s5c);
            (p, q) = TFormat.LoadPair(ref w6, k);
            s6a = Vector512.MultiplyAddEstimate(p, ap, s6a);
            s6b = Vector512.MultiplyAddEstimate(p, bp, s6b);
            s6c = Vector512.MultiplyAddEstimate(p, cp, s6c);
            s6a = Vector512.MultiplyAddEstimate(q, aq, s6a);
            s6b = Vector512.MultiplyAddEstimate(q, bq, s6b);
            s6c = Vector512.MultiplyAddEstimate(q, cq, s6c);
            (p, q) = TFormat.LoadPair(ref w7, k);
            s7a = Vector512.MultiplyAddEstimate(p, ap, s7a);
            s7b = Vector512.MultiplyAddEstimate(p, bp, s7b);
            s7c = Vector512.MultiplyAddEstimate(p, cp, s7c);
            s7a = Vector512.MultiplyAddEstimate(q, aq, s7a);
            s7b = Vector512.MultiplyAddEstimate(q, bq, s7b);
            s7c = Vector512.MultiplyAddEstimate(q, cq, s7c);
        }

        ref float to = ref MemoryMarshal.GetReference(sums);
        Add(s0a, s1a, s2a, s3a, s4a, s5a, s6a, s7a, ref to);
        Add(s0b, s1b, s2b, s3b, s4b, s5b, s6b, s7b, ref Unsafe.Add(ref to, 8));
        Add(s0c, s1c, s2c, s3c, s4c, s5c, s6c, s7c, ref Unsafe.Add(ref to, 16));
    }

    /// <summary>Asks for the lines from <paramref name="first"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void Prefetch(ref byte first, nuint length)
    {
        if (!Sse.IsSupported)
            return;
        byte* line = (byte*)Unsafe.AsPointer(ref first);
        for (byte* end = line + length; line < end; line += 64)
            Sse.Prefetch0(line);
    }

    /// <summary>The sum of the lanes of each of 8 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(
        Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3,
        Vector512<float> s4, Vector512<float> s5, Vector512<float> s6, Vector512<float> s7, ref float sums)
    {
        AddFour(Half(s0), Half(s1), Half(s2), Half(s3)).StoreUnsafe(ref sums);
        AddFour(Half(s4), Half(s5), Half(s6), Half(s7)).StoreUnsafe(ref sums, 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Half(Vector512<float> sum) => sum.GetLower() + sum.GetUpper();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> AddFour(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        if (!Avx.IsSupported)
            return Vector128.Create(Vector256.Sum(a), Vector256.Sum(b), Vector256.Sum(c), Vector256.Sum(d));
        Vector256<float> sums = Avx.HorizontalAdd(Avx.HorizontalAdd(a, b), Avx.HorizontalAdd(c, d));
        return sums.GetLower() + sums.GetUpper();
    }
}
