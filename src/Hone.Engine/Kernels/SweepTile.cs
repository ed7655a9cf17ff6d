using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hone.Engine.Kernels;

/// <summary>Sums of the rows of a matrix, 128 columns at a time, weighted by 1, 2 or 3 vectors, all sums in registers.</summary>
/// <remarks>Each sum runs over K in order, one fused multiply-add after the other, for any number of vectors.</remarks>
static class SweepTile
{
    /// <summary>Columns of the matrix in a tile.</summary>
    public const int Columns = 128;

    /// <summary>Most vectors in a tile.</summary>
    const int Width = 3;

    /// <summary>How far ahead rows are fetched.</summary>
    const int RowsAhead = 8;

    /// <param name="x">Vectors of <paramref name="depth"/> floats, <paramref name="xStride"/> apart.</param>
    /// <param name="w">The first column of <paramref name="depth"/> rows, <paramref name="wStride"/> apart.</param>
    /// <param name="sums">[count, 128]</param>
    public static void Multiply<TFormat, T>(ReadOnlySpan<float> x, int xStride, int count, ReadOnlySpan<T> w, int wStride, int depth, Span<float> sums)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        if (depth > 0)
        {
            _ = x[(count - 1) * xStride + depth - 1];
            _ = w[(depth - 1) * wStride + Columns - 1];
        }

        _ = sums[count * Columns - 1];
        ref float vectors = ref MemoryMarshal.GetReference(x);
        ref T rows = ref MemoryMarshal.GetReference(w);
        int width = Avx512F.IsSupported ? Width : 1;
        for (int i = 0; i < count; i += width)
        {
            ref float from = ref Unsafe.Add(ref vectors, i * xStride);
            Span<float> to = sums[(i * Columns)..];
            int left = Math.Min(width, count - i);
            if (left == 1)
                Sweep1<TFormat, T>(ref from, ref rows, (nuint)wStride, (nuint)depth, to);
            else if (left == 2)
                Sweep2<TFormat, T>(ref from, (nuint)xStride, ref rows, (nuint)wStride, (nuint)depth, to);
            else
                Sweep3<TFormat, T>(ref from, (nuint)xStride, ref rows, (nuint)wStride, (nuint)depth, to);
        }
    }

    /// <summary>The last columns, fewer than a tile's: the same sums, one by one.</summary>
    /// <param name="sums">[count, 128], of which the first <paramref name="columns"/> are written.</param>
    public static void MultiplyRest<TFormat, T>(ReadOnlySpan<float> x, int xStride, int count, ReadOnlySpan<T> w, int wStride, int columns, int depth, Span<float> sums)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        for (int i = 0; i < count; i++)
        {
            Span<float> to = sums.Slice(i * Columns, columns);
            to.Clear();
            for (int k = 0; k < depth; k++)
            {
                float weight = x[i * xStride + k];
                ReadOnlySpan<T> row = w.Slice(k * wStride, columns);
                for (int column = 0; column < row.Length; column++)
                    to[column] = MathF.FusedMultiplyAdd(weight, TFormat.Widen(row[column]), to[column]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static unsafe void Sweep1<TFormat, T>(ref float x, ref T w, nuint wStride, nuint depth, Span<float> sums)
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
        ref T row = ref w;
        for (nuint k = 0; k < depth; k++)
        {
            Vector512<float> a = Vector512.Create(Unsafe.Add(ref x, k));
            Vector512<float> p = TFormat.Load(ref row, 0);
            s0a = Vector512.MultiplyAddEstimate(a, p, s0a);
            p = TFormat.Load(ref row, 16);
            s1a = Vector512.MultiplyAddEstimate(a, p, s1a);
            p = TFormat.Load(ref row, 32);
            s2a = Vector512.MultiplyAddEstimate(a, p, s2a);
            p = TFormat.Load(ref row, 48);
            s3a = Vector512.MultiplyAddEstimate(a, p, s3a);
            p = TFormat.Load(ref row, 64);
            s4a = Vector512.MultiplyAddEstimate(a, p, s4a);
            p = TFormat.Load(ref row, 80);
            s5a = Vector512.MultiplyAddEstimate(a, p, s5a);
            p = TFormat.Load(ref row, 96);
            s6a = Vector512.MultiplyAddEstimate(a, p, s6a);
            p = TFormat.Load(ref row, 112);
            s7a = Vector512.MultiplyAddEstimate(a, p, s7a);
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref row, RowsAhead * wStride)));
                Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref row, RowsAhead * wStride + 16)));
                Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref row, RowsAhead * wStride + 32)));
                Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref row, RowsAhead * wStride + 48)));
                Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref row, RowsAhead * wStride + 64)));
                Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref row, RowsAhead * wStride + 80)));
                Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref row, RowsAhead * wStride + 96)));
                Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref row, RowsAhead * wStride + 112)));
            }
            row = ref Unsafe.Add(ref row, wStride);
        }

        ref float to = ref MemoryMarshal.GetReference(sums);
        s0a.StoreUnsafe(ref to);
        s1a.StoreUnsafe(ref to, 16);
        s2a.StoreUnsafe(ref to, 32);
        s3a.StoreUnsafe(ref to, 48);
        s4a.StoreUnsafe(ref to, 64);
        s5a.StoreUnsafe(ref to, 80);
        s6a.StoreUnsafe(ref to, 96);
        s7a.StoreUnsafe(ref to, 112);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sweep2<TFormat, T>(ref float x, nuint xStride, ref T w, nuint wStride, nuint depth, Span<float> sums)
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
        ref float x1 = ref Unsafe.Add(ref x, xStride);
        ref T row = ref w;
        for (nuint k = 0; k < depth; k++)
        {
            Vector512<float> a = Vector512.Create(Unsafe.Add(ref x, k));
            Vector512<float> b = Vector512.Create(Unsafe.Add(ref x1, k));
            Vector512<float> p = TFormat.Load(ref row, 0);
            s0a = Vector512.MultiplyAddEstimate(a, p, s0a);
            s0b = Vector512.MultiplyAddEstimate(b, p, s0b);
            p = TFormat.Load(ref row, 16);
            s1a = Vector512.MultiplyAddEstimate(a, p, s1a);
            s1b = Vector512.MultiplyAddEstimate(b, p, s1b);
            p = TFormat.Load(ref row, 32);
            s2a = Vector512.MultiplyAddEstimate(a, p, s2a);
            s2b = Vector512.MultiplyAddEstimate(b, p, s2b);
            p = TFormat.Load(ref row, 48);
            s3a = Vector512.MultiplyAddEstimate(a, p, s3a);
            s3b = Vector512.MultiplyAddEstimate(b, p, s3b);
            p = TFormat.Load(ref row, 64);
            s4a = Vector512.MultiplyAddEstimate(a, p, s4a);
            s4b = Vector512.MultiplyAddEstimate(b, p, s4b);
            p = TFormat.Load(ref row, 80);
            s5a = Vector512.MultiplyAddEstimate(a, p, s5a);
            s5b = Vector512.MultiplyAddEstimate(b, p, s5b);
            p = TFormat.Load(ref row, 96);
            s6a = Vector512.MultiplyAddEstimate(a, p, s6a);
            s6b = Vector512.MultiplyAddEstimate(b, p, s6b);
            p = TFormat.Load(ref row, 112);
            s7a = Vector512.MultiplyAddEstimate(a, p, s7a);
            s7b = Vector512.MultiplyAddEstimate(b, p, s7b);
            row = ref Unsafe.Add(ref row, wStride);
        }

        ref float to = ref MemoryMarshal.GetReference(sums);
        s0a.StoreUnsafe(ref to);
        s1a.StoreUnsafe(ref to, 16);
        s2a.StoreUnsafe(ref to, 32);
        s3a.StoreUnsafe(ref to, 48);
        s4a.StoreUnsafe(ref to, 64);
        s5a.StoreUnsafe(ref to, 80);
        s6a.StoreUnsafe(ref to, 96);
        s7a.StoreUnsafe(ref to, 112);
        s0b.StoreUnsafe(ref to, 128);
        s1b.StoreUnsafe(ref to, 144);
        s2b.StoreUnsafe(ref to, 160);
        s3b.StoreUnsafe(ref to, 176);
        s4b.StoreUnsafe(ref to, 192);
        s5b.StoreUnsafe(ref to, 208);
        s6b.StoreUnsafe(ref to, 224);
        s7b.StoreUnsafe(ref to, 240);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sweep3<TFormat, T>(ref float x, nuint xStride, ref T w, nuint wStride, nuint depth, Span<float> sums)
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
        ref float x1 = ref Unsafe.Add(ref x, xStride);
        ref float x2 = ref Unsafe.Add(ref x, 2 * xStride);
        ref T row = ref w;
        for (nuint k = 0; k < depth; k++)
        {
            Vector512<float> a = Vector512.Create(Unsafe.Add(ref x, k));
            Vector512<float> b = Vector512.Create(Unsafe.Add(ref x1, k));
            Vector512<float> c = Vector512.Create(Unsafe.Add(ref x2, k));
            Vector512<float> p = TFormat.Load(ref row, 0);
            s0a = Vector512.MultiplyAddEstimate(a, p, s0a);
            s0b = Vector512.MultiplyAddEstimate(b, p, s0b);
            s0c = Vector512.MultiplyAddEstimate(c, p, s0c);
            p = TFormat.Load(ref row, 16);
            s1a = Vector512.MultiplyAddEstimate(a, p, s1a);
            s1b = Vector512.MultiplyAddEstimate(b, p, s1b);
            s1c = Vector512.MultiplyAddEstimate(c, p, s1c);
            p = TFormat.Load(ref row, 32);
            s2a = Vector512.MultiplyAddEstimate(a, p, s2a);
            s2b = Vector512.MultiplyAddEstimate(b, p, s2b);
            s2c = Vector512.MultiplyAddEstimate(c, p, s2c);
            p = TFormat.Load(ref row, 48);
            s3a = Vector512.MultiplyAddEstimate(a, p, s3a);
            s3b = Vector512.MultiplyAddEstimate(b, p, s3b);
            s3c = Vector512.MultiplyAddEstimate(c, p, s3c);
            p = TFormat.Load(ref row, 64);
            s4a = Vector512.MultiplyAddEstimate(a, p, s4a);
            s4b = Vector512.MultiplyAddEstimate(b, p, s4b);
            s4c = Vector512.MultiplyAddEstimate(c, p, s4c);
            p = TFormat.Load(ref row, 80);
            s5a = Vector512.MultiplyAddEstimate(a, p, s5a);
            s5b = Vector512.MultiplyAddEstimate(b, p, s5b);
            s5c = Vector512.MultiplyAddEstimate(c, p, s5c);
            p = TFormat.Load(ref row, 96);
            s6a = Vector512.MultiplyAddEstimate(a, p, s6a);
            s6b = Vector512.MultiplyAddEstimate(b, p, s6b);
            s6c = Vector512.MultiplyAddEstimate(c, p, s6c);
            p = TFormat.Load(ref row, 112);
            s7a = Vector512.MultiplyAddEstimate(a, p, s7a);
            s7b = Vector512.MultiplyAddEstimate(b, p, s7b);
            s7c = Vector512.MultiplyAddEstimate(c, p, s7c);
            row = ref Unsafe.Add(ref row, wStride);
        }

        ref float to = ref MemoryMarshal.GetReference(sums);
        s0a.StoreUnsafe(ref to);
        s1a.StoreUnsafe(ref to, 16);
        s2a.StoreUnsafe(ref to, 32);
        s3a.StoreUnsafe(ref to, 48);
        s4a.StoreUnsafe(ref to, 64);
        s5a.StoreUnsafe(ref to, 80);
        s6a.StoreUnsafe(ref to, 96);
        s7a.StoreUnsafe(ref to, 112);
        s0b.StoreUnsafe(ref to, 128);
        s1b.StoreUnsafe(ref to, 144);
        s2b.StoreUnsafe(ref to, 160);
        s3b.StoreUnsafe(ref to, 176);
        s4b.StoreUnsafe(ref to, 192);
        s5b.StoreUnsafe(ref to, 208);
        s6b.StoreUnsafe(ref to, 224);
        s7b.StoreUnsafe(ref to, 240);
        s0c.StoreUnsafe(ref to, 256);
        s1c.StoreUnsafe(ref to, 272);
        s2c.StoreUnsafe(ref to, 288);
        s3c.StoreUnsafe(ref to, 304);
        s4c.StoreUnsafe(ref to, 320);
        s5c.StoreUnsafe(ref to, 336);
        s6c.StoreUnsafe(ref to, 352);
        s7c.StoreUnsafe(ref to, 368);
    }
}
