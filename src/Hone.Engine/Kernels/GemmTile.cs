using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hone.Engine.Kernels;

/// <summary>The inner tile of the matrix product: C[8, 48] += alpha·A·B over packed strips, with all sums of the tile in registers.</summary>
/// <remarks>Each sum runs over K in order, one fused multiply-add after the other, whatever the shape of the tile.</remarks>
static class GemmTile
{
    public const int Rows = 8;

    /// <summary>Strips of B, side by side, in the widest tile.</summary>
    public const int Width = 3;

    /// <summary>Shortest sum that leaves time to fetch the tile of C.</summary>
    public const int PrefetchDepth = 128;

    /// <summary>How far ahead along K the strips are fetched.</summary>
    const int StepsAhead = 16;

    const int Columns = Width * Strips.Lanes;

    [ThreadStatic]
    static float[]? _edge;

    /// <summary>One tile: <paramref name="rows"/> rows (at most 8) and <paramref name="columns"/> columns (at most 48) of C.</summary>
    /// <param name="a">The rows of the tile, as one half of a strip of A: [K, 8].</param>
    /// <param name="b">The strips of B, each 16 · <paramref name="depth"/> floats.</param>
    /// <param name="add">Add to C; otherwise it is overwritten.</param>
    public static void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int depth, Span<float> c, int cStride, int rows, int columns, float alpha, bool add)
    {
        if (rows == Rows && columns % Strips.Lanes == 0)
        {
            _ = c[(Rows - 1) * cStride + columns - 1];
            if (add && depth >= PrefetchDepth)
                Prefetch(c, cStride, columns);
            Multiply(a, b, depth, ref MemoryMarshal.GetReference(c), cStride, columns, alpha, add);
            return;
        }

        Span<float> edge = _edge ??= new float[Rows * Columns];
        Multiply(a, b, depth, ref MemoryMarshal.GetReference(edge), Columns, columns, alpha, add: false);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> sums = edge.Slice(row * Columns, columns);
            Span<float> target = c.Slice(row * cStride, columns);
            if (add)
                TensorPrimitives.Add(target, sums, target);
            else
                sums.CopyTo(target);
        }
    }

    /// <summary>Asks for the tile of C, which is added to only after the sums: 1.05x where C is far larger than the caches (50257 x 768 x 256).</summary>
    static unsafe void Prefetch(Span<float> c, int cStride, int columns)
    {
        if (!Sse.IsSupported)
            return;
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < columns; column += Strips.Lanes)
                Sse.Prefetch0(Unsafe.AsPointer(ref c[row * cStride + column]));
        }
    }

    static void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int depth, ref float c, int cStride, int columns, float alpha, bool add)
    {
        int strips = Strips.Count(columns);
        int stripLength = depth * Strips.Lanes;
        _ = a[depth * Rows - 1];
        _ = b[strips * stripLength - 1];
        ref float left = ref MemoryMarshal.GetReference(a);
        ref float right = ref MemoryMarshal.GetReference(b);
        // Not Vector512.IsHardwareAccelerated: that is false where 512 bits lower the clock, and they are 1.9x as fast there all the same.
        if (!Avx512F.IsSupported)
        {
            int first = strips == Width ? MultiplyWide(ref left, ref right, stripLength, depth, ref c, cStride, alpha, add) : 0;
            for (int strip = first; strip < strips; strip++)
            {
                ref float from = ref Unsafe.Add(ref right, strip * stripLength);
                ref float to = ref Unsafe.Add(ref c, strip * Strips.Lanes);
                Tile4x16(ref left, ref from, (nuint)depth, ref to, (nuint)cStride, alpha, add);
                Tile4x16(ref Unsafe.Add(ref left, 4), ref from, (nuint)depth, ref Unsafe.Add(ref to, 4 * cStride), (nuint)cStride, alpha, add);
            }
        }
        else if (strips == 3)
            Tile8x48(ref left, ref right, (nuint)stripLength, (nuint)depth, ref c, (nuint)cStride, alpha, add);
        else if (strips == 2)
            Tile8x32(ref left, ref right, (nuint)stripLength, (nuint)depth, ref c, (nuint)cStride, alpha, add);
        else
            Tile8x16(ref left, ref right, (nuint)depth, ref c, (nuint)cStride, alpha, add);
    }

    /// <summary>24 sums, 3 vectors of B and one broadcast of A fit the 32 registers of AVX-512.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile8x48(ref float a, ref float b, nuint stripLength, nuint depth, ref float c, nuint cStride, float alpha, bool add)
    {
        Vector512<float> c0x = Vector512<float>.Zero, c0y = Vector512<float>.Zero, c0z = Vector512<float>.Zero;
        Vector512<float> c1x = Vector512<float>.Zero, c1y = Vector512<float>.Zero, c1z = Vector512<float>.Zero;
        Vector512<float> c2x = Vector512<float>.Zero, c2y = Vector512<float>.Zero, c2z = Vector512<float>.Zero;
        Vector512<float> c3x = Vector512<float>.Zero, c3y = Vector512<float>.Zero, c3z = Vector512<float>.Zero;
        Vector512<float> c4x = Vector512<float>.Zero, c4y = Vector512<float>.Zero, c4z = Vector512<float>.Zero;
        Vector512<float> c5x = Vector512<float>.Zero, c5y = Vector512<float>.Zero, c5z = Vector512<float>.Zero;
        Vector512<float> c6x = Vector512<float>.Zero, c6y = Vector512<float>.Zero, c6z = Vector512<float>.Zero;
        Vector512<float> c7x = Vector512<float>.Zero, c7y = Vector512<float>.Zero, c7z = Vector512<float>.Zero;
        ref float b1 = ref Unsafe.Add(ref b, stripLength);
        ref float b2 = ref Unsafe.Add(ref b, 2 * stripLength);
        for (nuint i = 0; i < depth; i++)
        {
            FetchAhead(ref Unsafe.Add(ref a, i * Rows), ref Unsafe.Add(ref b, i * Strips.Lanes), ref Unsafe.Add(ref b1, i * Strips.Lanes), ref Unsafe.Add(ref b2, i * Strips.Lanes));
            Vector512<float> x = Vector512.LoadUnsafe(ref b, i * Strips.Lanes);
            Vector512<float> y = Vector512.LoadUnsafe(ref b1, i * Strips.Lanes);
            Vector512<float> z = Vector512.LoadUnsafe(ref b2, i * Strips.Lanes);
            Vector512<float> s = Vector512.Create(Unsafe.Add(ref a, i * Rows));
            c0x = Vector512.MultiplyAddEstimate(s, x, c0x);
            c0y = Vector512.MultiplyAddEstimate(s, y, c0y);
            c0z = Vector512.MultiplyAddEstimate(s, z, c0z);
            s = Vector512.Create(Unsafe.Add(ref a, i * Rows + 1));
            c1x = Vector512.MultiplyAddEstimate(s, x, c1x);
            c1y = Vector512.MultiplyAddEstimate(s, y, c1y);
            c1z = Vector512.MultiplyAddEstimate(s, z, c1z);
            s = Vector512.Create(Unsafe.Add(ref a, i * Rows + 2));
            c2x = Vector512.MultiplyAddEstimate(s, x, c2x);
            c2y = Vector512.MultiplyAddEstimate(s, y, c2y);
            c2z = Vector512.MultiplyAddEstimate(s, z, c2z);
            s = Vector512.Create(Unsafe.Add(ref a, i * Rows + 3));
            c3x = Vector512.MultiplyAddEstimate(s, x, c3x);
            c3y = Vector512.MultiplyAddEstimate(s, y, c3y);
            c3z = Vector512.MultiplyAddEstimate(s, z, c3z);
            s = Vector512.Create(Unsafe.Add(ref a, i * Rows + 4));
            c4x = Vector512.MultiplyAddEstimate(s, x, c4x);
            c4y = Vector512.MultiplyAddEstimate(s, y, c4y);
            c4z = Vector512.MultiplyAddEstimate(s, z, c4z);
            s = Vector512.Create(Unsafe.Add(ref a, i * Rows + 5));
            c5x = Vector512.MultiplyAddEstimate(s, x, c5x);
            c5y = Vector512.MultiplyAddEstimate(s, y, c5y);
            c5z = Vector512.MultiplyAddEstimate(s, z, c5z);
            s = Vector512.Create(Unsafe.Add(ref a, i * Rows + 6));
            c6x = Vector512.MultiplyAddEstimate(s, x, c6x);
            c6y = Vector512.MultiplyAddEstimate(s, y, c6y);
            c6z = Vector512.MultiplyAddEstimate(s, z, c6z);
            s = Vector512.Create(Unsafe.Add(ref a, i * Rows + 7));
            c7x = Vector512.MultiplyAddEstimate(s, x, c7x);
            c7y = Vector512.MultiplyAddEstimate(s, y, c7y);
            c7z = Vector512.MultiplyAddEstimate(s, z, c7z);
        }

        Store(c0x, c0y, c0z, alpha, add, ref c);
        Store(c1x, c1y, c1z, alpha, add, ref Unsafe.Add(ref c, cStride));
        Store(c2x, c2y, c2z, alpha, add, ref Unsafe.Add(ref c, 2 * cStride));
        Store(c3x, c3y, c3z, alpha, add, ref Unsafe.Add(ref c, 3 * cStride));
        Store(c4x, c4y, c4z, alpha, add, ref Unsafe.Add(ref c, 4 * cStride));
        Store(c5x, c5y, c5z, alpha, add, ref Unsafe.Add(ref c, 5 * cStride));
        Store(c6x, c6y, c6z, alpha, add, ref Unsafe.Add(ref c, 6 * cStride));
        Store(c7x, c7y, c7z, alpha, add, ref Unsafe.Add(ref c, 7 * cStride));
    }

    /// <summary>Asks for what later steps read, which the first level cache does not hold: 1.1x on Cascade Lake.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void FetchAhead(ref float a, ref float b, ref float b1, ref float b2)
    {
        Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref a, StepsAhead * Rows)));
        Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref b, StepsAhead * Strips.Lanes)));
        Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref b1, StepsAhead * Strips.Lanes)));
        Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref b2, StepsAhead * Strips.Lanes)));
    }

    /// <summary>For the last columns of B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile8x32(ref float a, ref float b, nuint stripLength, nuint depth, ref float c, nuint cStride, float alpha, bool add)
    {
        Vector512<float> c0x = Vector512<float>.Zero, c0y = Vector512<float>.Zero;
        Vector512<float> c1x = Vector512<float>.Zero, c1y = Vector512<float>.Zero;
        Vector512<float> c2x = Vector512<float>.Zero, c2y = Vector512<float>.Zero;
        Vector512<float> c3x = Vector512<float>.Zero, c3y = Vector512<float>.Zero;
        Vector512<float> c4x = Vector512<float>.Zero, c4y = Vector512<float>.Zero;
        Vector512<float> c5x = Vector512<float>.Zero, c5y = Vector512<float>.Zero;
        Vector512<float> c6x = Vector512<float>.Zero, c6y = Vector512<float>.Zero;
        Vector512<float> c7x = Vector512<float>.Zero, c7y = Vector512<float>.Zero;
        ref float b1 = ref Unsafe.Add(ref b, stripLength);
        for (nuint i = 0; i < depth; i++)
        {
            Vector512<float> x = Vector512.LoadUnsafe(ref b, i * Strips.Lanes);
            Vector512<float> y = Vector512.LoadUnsafe(ref b1, i * Strips.Lanes);
            Vector512<float> s = Vector512.Create(Unsafe.Add(ref a, i * Rows));
            c0x = Vector512.MultiplyAddEstimate(s, x, c0x);
            c0y = Vector512.MultiplyAddEstimate(s, y, c0y);
            s = Vector512.Create(Unsafe.Add(ref a, i * Rows + 1));
            c1x = Vector512.MultiplyAddEstimate(s, x, c1x);
            c1y = Vector512.MultiplyAddEstimate(s, y, c1y);
            s = Vector512.Create(Unsafe.Add(ref a, i * Rows + 2));
            c2x = Vector512.MultiplyAddEstimate(s, x, c2x);
            c2y = Vector512.MultiplyAddEstimate(s, y, c2y);
            s = Vector512.Create(Unsafe.Add(ref a, i * Rows + 3));
            c3x = Vector512.MultiplyAddEstimate(s, x, c3x);
            c3y = Vector512.MultiplyAddEstimate(s, y, c3y);
            s = Vector512.Create(Unsafe.Add(ref a, i * Rows + 4));
            c4x = Vector512.MultiplyAddEstimate(s, x, c4x);
            c4y = Vector512.MultiplyAddEstimate(s, y, c4y);
            s = Vector512.Create(Unsafe.Add(ref a, i * Rows + 5));
            c5x = Vector512.MultiplyAddEstimate(s, x, c5x);
            c5y = Vector512.MultiplyAddEstimate(s, y, c5y);
            s = Vector512.Create(Unsafe.Add(ref a, i * Rows + 6));
            c6x = Vector512.MultiplyAddEstimate(s, x, c6x);
            c6y = Vector512.MultiplyAddEstimate(s, y, c6y);
            s = Vector512.Create(Unsafe.Add(ref a, i * Rows + 7));
            c7x = Vector512.MultiplyAddEstimate(s, x, c7x);
            c7y = Vector512.MultiplyAddEstimate(s, y, c7y);
        }

        Store(c0x, c0y, alpha, add, ref c);
        Store(c1x, c1y, alpha, add, ref Unsafe.Add(ref c, cStride));
        Store(c2x, c2y, alpha, add, ref Unsafe.Add(ref c, 2 * cStride));
        Store(c3x, c3y, alpha, add, ref Unsafe.Add(ref c, 3 * cStride));
        Store(c4x, c4y, alpha, add, ref Unsafe.Add(ref c, 4 * cStride));
        Store(c5x, c5y, alpha, add, ref Unsafe.Add(ref c, 5 * cStride));
        Store(c6x, c6y, alpha, add, ref Unsafe.Add(ref c, 6 * cStride));
        Store(c7x, c7y, alpha, add, ref Unsafe.Add(ref c, 7 * cStride));
    }

    /// <summary>For the last columns of B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile8x16(ref float a, ref float b, nuint depth, ref float c, nuint cStride, float alpha, bool add)
    {
        Vector512<float> c0x = Vector512<float>.Zero;
        Vector512<float> c1x = Vector512<float>.Zero;
        Vector512<float> c2x = Vector512<float>.Zero;
        Vector512<float> c3x = Vector512<float>.Zero;
        Vector512<float> c4x = Vector512<float>.Zero;
        Vector512<float> c5x = Vector512<float>.Zero;
        Vector512<float> c6x = Vector512<float>.Zero;
        Vector512<float> c7x = Vector512<float>.Zero;
        for (nuint i = 0; i < depth; i++)
        {
            Vector512<float> x = Vector512.LoadUnsafe(ref b, i * Strips.Lanes);
            c0x = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, i * Rows)), x, c0x);
            c1x = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, i * Rows + 1)), x, c1x);
            c2x = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, i * Rows + 2)), x, c2x);
            c3x = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, i * Rows + 3)), x, c3x);
            c4x = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, i * Rows + 4)), x, c4x);
            c5x = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, i * Rows + 5)), x, c5x);
            c6x = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, i * Rows + 6)), x, c6x);
            c7x = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref a, i * Rows + 7)), x, c7x);
        }

        Store(c0x, alpha, add, ref c);
        Store(c1x, alpha, add, ref Unsafe.Add(ref c, cStride));
        Store(c2x, alpha, add, ref Unsafe.Add(ref c, 2 * cStride));
        Store(c3x, alpha, add, ref Unsafe.Add(ref c, 3 * cStride));
        Store(c4x, alpha, add, ref Unsafe.Add(ref c, 4 * cStride));
        Store(c5x, alpha, add, ref Unsafe.Add(ref c, 5 * cStride));
        Store(c6x, alpha, add, ref Unsafe.Add(ref c, 6 * cStride));
        Store(c7x, alpha, add, ref Unsafe.Add(ref c, 7 * cStride));
    }

    /// <summary>Without AVX-512, for the last columns of B: 8 sums of 256 bits keep two multiply-add units busy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile4x16(ref float a, ref float b, nuint depth, ref float c, nuint cStride, float alpha, bool add)
    {
        Vector256<float> c0x = Vector256<float>.Zero, c0y = Vector256<float>.Zero;
        Vector256<float> c1x = Vector256<float>.Zero, c1y = Vector256<float>.Zero;
        Vector256<float> c2x = Vector256<float>.Zero, c2y = Vector256<float>.Zero;
        Vector256<float> c3x = Vector256<float>.Zero, c3y = Vector256<float>.Zero;
        for (nuint i = 0; i < depth; i++)
        {
            Vector256<float> x = Vector256.LoadUnsafe(ref b, i * Strips.Lanes);
            Vector256<float> y = Vector256.LoadUnsafe(ref b, i * Strips.Lanes + 8);
            Vector256<float> s = Vector256.Create(Unsafe.Add(ref a, i * Rows));
            c0x = Vector256.MultiplyAddEstimate(s, x, c0x);
            c0y = Vector256.MultiplyAddEstimate(s, y, c0y);
            s = Vector256.Create(Unsafe.Add(ref a, i * Rows + 1));
            c1x = Vector256.MultiplyAddEstimate(s, x, c1x);
            c1y = Vector256.MultiplyAddEstimate(s, y, c1y);
            s = Vector256.Create(Unsafe.Add(ref a, i * Rows + 2));
            c2x = Vector256.MultiplyAddEstimate(s, x, c2x);
            c2y = Vector256.MultiplyAddEstimate(s, y, c2y);
            s = Vector256.Create(Unsafe.Add(ref a, i * Rows + 3));
            c3x = Vector256.MultiplyAddEstimate(s, x, c3x);
            c3y = Vector256.MultiplyAddEstimate(s, y, c3y);
        }

        Store(c0x, c0y, alpha, add, ref c);
        Store(c1x, c1y, alpha, add, ref Unsafe.Add(ref c, cStride));
        Store(c2x, c2y, alpha, add, ref Unsafe.Add(ref c, 2 * cStride));
        Store(c3x, c3y, alpha, add, ref Unsafe.Add(ref c, 3 * cStride));
    }

    /// <summary>8 x 48 without AVX-512: quarters of 4 x 24, whose 12 sums, 3 vectors of B and one broadcast of A fit 16 registers: 1.2x over 4 x 16.</summary>
    /// <returns>The strips done.</returns>
    static int MultiplyWide(ref float a, ref float b, int stripLength, int depth, ref float c, int cStride, float alpha, bool add)
    {
        ref float b1 = ref Unsafe.Add(ref b, stripLength);
        ref float b2 = ref Unsafe.Add(ref b1, stripLength);
        for (int row = 0; row < Rows; row += 4)
        {
            ref float left = ref Unsafe.Add(ref a, row);
            ref float to = ref Unsafe.Add(ref c, row * cStride);
            Tile4x24(ref left, ref b, ref Unsafe.Add(ref b, 8), ref b1, (nuint)depth, ref to, (nuint)cStride, alpha, add);
            Tile4x24(ref left, ref Unsafe.Add(ref b1, 8), ref b2, ref Unsafe.Add(ref b2, 8), (nuint)depth, ref Unsafe.Add(ref to, 24), (nuint)cStride, alpha, add);
        }

        return Width;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile4x24(ref float a, ref float b, ref float b1, ref float b2, nuint depth, ref float c, nuint cStride, float alpha, bool add)
    {
        Vector256<float> c0x = Vector256<float>.Zero, c0y = Vector256<float>.Zero, c0z = Vector256<float>.Zero;
        Vector256<float> c1x = Vector256<float>.Zero, c1y = Vector256<float>.Zero, c1z = Vector256<float>.Zero;
        Vector256<float> c2x = Vector256<float>.Zero, c2y = Vector256<float>.Zero, c2z = Vector256<float>.Zero;
        Vector256<float> c3x = Vector256<float>.Zero, c3y = Vector256<float>.Zero, c3z = Vector256<float>.Zero;
        for (nuint i = 0; i < depth; i++)
        {
            Vector256<float> x = Vector256.LoadUnsafe(ref b, i * Strips.Lanes);
            Vector256<float> y = Vector256.LoadUnsafe(ref b1, i * Strips.Lanes);
            Vector256<float> z = Vector256.LoadUnsafe(ref b2, i * Strips.Lanes);
            Vector256<float> s = Vector256.Create(Unsafe.Add(ref a, i * Rows));
            c0x = Vector256.MultiplyAddEstimate(s, x, c0x);
            c0y = Vector256.MultiplyAddEstimate(s, y, c0y);
            c0z = Vector256.MultiplyAddEstimate(s, z, c0z);
            s = Vector256.Create(Unsafe.Add(ref a, i * Rows + 1));
            c1x = Vector256.MultiplyAddEstimate(s, x, c1x);
            c1y = Vector256.MultiplyAddEstimate(s, y, c1y);
            c1z = Vector256.MultiplyAddEstimate(s, z, c1z);
            s = Vector256.Create(Unsafe.Add(ref a, i * Rows + 2));
            c2x = Vector256.MultiplyAddEstimate(s, x, c2x);
            c2y = Vector256.MultiplyAddEstimate(s, y, c2y);
            c2z = Vector256.MultiplyAddEstimate(s, z, c2z);
            s = Vector256.Create(Unsafe.Add(ref a, i * Rows + 3));
            c3x = Vector256.MultiplyAddEstimate(s, x, c3x);
            c3y = Vector256.MultiplyAddEstimate(s, y, c3y);
            c3z = Vector256.MultiplyAddEstimate(s, z, c3z);
        }

        Store(c0x, c0y, alpha, add, ref c);
        Store(c0z, alpha, add, ref Unsafe.Add(ref c, 16));
        Store(c1x, c1y, alpha, add, ref Unsafe.Add(ref c, cStride));
        Store(c1z, alpha, add, ref Unsafe.Add(ref c, cStride + 16));
        Store(c2x, c2y, alpha, add, ref Unsafe.Add(ref c, 2 * cStride));
        Store(c2z, alpha, add, ref Unsafe.Add(ref c, 2 * cStride + 16));
        Store(c3x, c3y, alpha, add, ref Unsafe.Add(ref c, 3 * cStride));
        Store(c3z, alpha, add, ref Unsafe.Add(ref c, 3 * cStride + 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector512<float> x, Vector512<float> y, Vector512<float> z, float alpha, bool add, ref float c)
    {
        Store(x, alpha, add, ref c);
        Store(y, alpha, add, ref Unsafe.Add(ref c, 16));
        Store(z, alpha, add, ref Unsafe.Add(ref c, 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector512<float> x, Vector512<float> y, float alpha, bool add, ref float c)
    {
        Store(x, alpha, add, ref c);
        Store(y, alpha, add, ref Unsafe.Add(ref c, 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector512<float> x, float alpha, bool add, ref float c)
    {
        Vector512<float> sum = x * alpha;
        if (add)
            sum += Vector512.LoadUnsafe(ref c);
        sum.StoreUnsafe(ref c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector256<float> x, Vector256<float> y, float alpha, bool add, ref float c)
    {
        Store(x, alpha, add, ref c);
        Store(y, alpha, add, ref Unsafe.Add(ref c, 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector256<float> x, float alpha, bool add, ref float c)
    {
        Vector256<float> sum = x * alpha;
        if (add)
            sum += Vector256.LoadUnsafe(ref c);
        sum.StoreUnsafe(ref c);
    }
}
