using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hone.Engine.Kernels;

/// <summary>Packs a matrix [J, K] for the inner tile: strips of 16 rows, widened to float32, missing rows as zeros.</summary>
/// <remarks>A strip of B is stored as [K, 16]. A strip of A is stored as two halves [K, 8], each of them what a tile reads: 1.08x on Cascade Lake.</remarks>
static class Strips
{
    public const int Lanes = 16;

    const int HalfLanes = Lanes / 2;

    public static int Count(int rows) => (rows + Lanes - 1) / Lanes;

    /// <summary>Packs <paramref name="count"/> strips over columns <paramref name="firstColumn"/> to <paramref name="firstColumn"/> + <paramref name="depth"/>.</summary>
    /// <param name="strips">The first strip; each takes 16 · <paramref name="depth"/> floats.</param>
    /// <param name="inHalves">As strips of A.</param>
    public static void Pack(in MatrixView matrix, int firstStrip, int count, int firstColumn, int depth, Span<float> strips, bool inHalves)
    {
        if (matrix.Type == ElementType.F32)
            Pack<SingleFormat, float>(matrix.Singles.Span, matrix, firstStrip, count, firstColumn, depth, strips, inHalves);
        else if (matrix.Type == ElementType.BF16)
            Pack<BFloat16Format, ushort>(matrix.Halves.Span, matrix, firstStrip, count, firstColumn, depth, strips, inHalves);
        else
            Pack<Float16Format, ushort>(matrix.Halves.Span, matrix, firstStrip, count, firstColumn, depth, strips, inHalves);
    }

    /// <summary>Asks for one of <paramref name="parts"/> parts of what <see cref="Pack"/> will read.</summary>
    public static void Prefetch(in MatrixView matrix, int firstStrip, int count, int firstColumn, int depth, int part, int parts)
    {
        int firstRow = firstStrip * Lanes;
        int rows = Math.Min(count * Lanes, matrix.Rows - firstRow);
        if (rows <= 0)
            return;
        (int lines, int length, int at) = matrix.IsTransposed
            ? (depth, rows, firstColumn * matrix.Stride + firstRow)
            : (rows, depth, firstRow * matrix.Stride + firstColumn);
        int from = (int)((long)lines * part / parts), to = (int)((long)lines * (part + 1) / parts);
        if (matrix.Type == ElementType.F32)
            Prefetch(matrix.Singles.Span, at, matrix.Stride, length, from, to);
        else
            Prefetch(matrix.Halves.Span, at, matrix.Stride, length, from, to);
    }

    static unsafe void Prefetch<T>(ReadOnlySpan<T> source, int at, int stride, int length, int from, int to)
        where T : unmanaged
    {
        if (!Sse.IsSupported)
            return;
        int line = 64 / sizeof(T);
        for (int row = from; row < to; row++)
        {
            ref readonly T first = ref source[at + row * stride];
            for (int i = 0; i < length; i += line)
                Sse.Prefetch1(Unsafe.AsPointer(ref Unsafe.Add(ref Unsafe.AsRef(in first), i)));
        }
    }

    static void Pack<TFormat, T>(ReadOnlySpan<T> source, in MatrixView matrix, int firstStrip, int count, int firstColumn, int depth, Span<float> strips, bool inHalves)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        int stride = matrix.Stride;
        int whole = Math.Clamp(matrix.Rows / Lanes - firstStrip, 0, count);
        int rest = whole < count ? matrix.Rows - (firstStrip + whole) * Lanes : 0;
        int first = firstStrip * Lanes;
        if (matrix.IsTransposed)
        {
            ReadOnlySpan<T> from = source[(firstColumn * stride + first)..];
            Copy<TFormat, T>(from, stride, whole, depth, strips, inHalves);
            if (rest > 0)
                PackPart<TFormat, T>(from[(whole * Lanes)..], 1, stride, rest, 0, depth, strips[(whole * depth * Lanes)..], inHalves);
            return;
        }

        for (int strip = 0; strip < whole; strip++)
            Transpose<TFormat, T>(source[((first + strip * Lanes) * stride + firstColumn)..], stride, depth, strips.Slice(strip * depth * Lanes, depth * Lanes), inHalves);
        if (rest > 0)
            PackPart<TFormat, T>(source[((first + whole * Lanes) * stride + firstColumn)..], stride, 1, rest, 0, depth, strips[(whole * depth * Lanes)..], inHalves);
    }

    /// <summary>Whole strips of a matrix whose rows lie side by side in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Copy<TFormat, T>(ReadOnlySpan<T> source, int stride, int count, int depth, Span<float> strips, bool inHalves)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        if (count == 0 || depth == 0)
            return;
        _ = source[(depth - 1) * stride + count * Lanes - 1];
        _ = strips[count * depth * Lanes - 1];
        ref T from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(strips);
        nuint stripLength = (nuint)(depth * Lanes);
        nuint halfLength = inHalves ? stripLength / 2 : 0;
        for (nuint k = 0; k < (nuint)depth; k++)
        {
            ref float target = ref to;
            for (nuint column = 0; column < (nuint)(count * Lanes); column += Lanes)
            {
                Store(TFormat.Load(ref from, column), ref target, k, halfLength);
                target = ref Unsafe.Add(ref target, stripLength);
            }

            from = ref Unsafe.Add(ref from, stride);
        }
    }

    /// <summary>One whole strip of a matrix whose rows are contiguous: blocks of 16 x 16 are turned in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Transpose<TFormat, T>(ReadOnlySpan<T> source, int stride, int depth, Span<float> strip, bool inHalves)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        _ = source[(Lanes - 1) * stride + depth - 1];
        _ = strip[depth * Lanes - 1];
        int k = 0;
        nuint halfLength = inHalves ? (nuint)(depth * HalfLanes) : 0;
        ref T from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(strip);
        for (; k <= depth - Lanes && Avx.IsSupported; k += Lanes)
        {
            if (Avx512F.IsSupported)
            {
                TransposeBlock<TFormat, T>(ref Unsafe.Add(ref from, k), (nuint)stride, ref to, (nuint)k, halfLength);
                continue;
            }

            for (nuint row = 0; row < Lanes; row += HalfLanes)
            {
                int lanes = inHalves ? HalfLanes : Lanes;
                ref float half = ref Unsafe.Add(ref to, row * (inHalves ? (nuint)depth : 1) + (nuint)(k * lanes));
                TransposeEight<TFormat, T>(ref Unsafe.Add(ref from, k), row, (nuint)stride, isUpper: false, ref half, (nuint)lanes);
                TransposeEight<TFormat, T>(ref Unsafe.Add(ref from, k), row, (nuint)stride, isUpper: true, ref Unsafe.Add(ref half, HalfLanes * lanes), (nuint)lanes);
            }
        }

        PackPart<TFormat, T>(source, stride, 1, Lanes, k, depth, strip, inHalves);
    }

    /// <summary>Element by element, from column <paramref name="k"/> on; lanes beyond <paramref name="rows"/> are zero.</summary>
    static void PackPart<TFormat, T>(ReadOnlySpan<T> source, int rowStep, int columnStep, int rows, int k, int depth, Span<float> strip, bool inHalves)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        (int step, int upper) = inHalves ? (HalfLanes, depth * HalfLanes) : (Lanes, HalfLanes);
        for (; k < depth; k++)
        {
            for (int row = 0; row < Lanes; row++)
            {
                int at = k * step + (row < HalfLanes ? row : upper + row - HalfLanes);
                strip[at] = row < rows ? TFormat.Widen(source[row * rowStep + k * columnStep]) : 0;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void TransposeBlock<TFormat, T>(ref T from, nuint stride, ref float to, nuint k, nuint halfLength)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        // Four rows 4 apart make one quarter of every fourth result: within 128-bit lanes first, then the lanes.
        Quarter<TFormat, T>(ref from, stride, 0, out Vector512<float> a0, out Vector512<float> a1, out Vector512<float> a2, out Vector512<float> a3);
        Quarter<TFormat, T>(ref from, stride, 4, out Vector512<float> b0, out Vector512<float> b1, out Vector512<float> b2, out Vector512<float> b3);
        Quarter<TFormat, T>(ref from, stride, 8, out Vector512<float> c0, out Vector512<float> c1, out Vector512<float> c2, out Vector512<float> c3);
        Quarter<TFormat, T>(ref from, stride, 12, out Vector512<float> d0, out Vector512<float> d1, out Vector512<float> d2, out Vector512<float> d3);
        Spread(a0, b0, c0, d0, ref to, k, halfLength);
        Spread(a1, b1, c1, d1, ref to, k + 1, halfLength);
        Spread(a2, b2, c2, d2, ref to, k + 2, halfLength);
        Spread(a3, b3, c3, d3, ref to, k + 3, halfLength);
    }

    /// <summary>Four rows turned within each 128-bit lane: lane q of result j holds column 4q + j of the four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Quarter<TFormat, T>(ref T from, nuint stride, nuint row, out Vector512<float> r0, out Vector512<float> r1, out Vector512<float> r2, out Vector512<float> r3)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        Vector512<float> x0 = TFormat.Load(ref from, row * stride);
        Vector512<float> x1 = TFormat.Load(ref from, (row + 1) * stride);
        Vector512<float> x2 = TFormat.Load(ref from, (row + 2) * stride);
        Vector512<float> x3 = TFormat.Load(ref from, (row + 3) * stride);
        Vector512<double> low01 = Avx512F.UnpackLow(x0, x1).AsDouble();
        Vector512<double> high01 = Avx512F.UnpackHigh(x0, x1).AsDouble();
        Vector512<double> low23 = Avx512F.UnpackLow(x2, x3).AsDouble();
        Vector512<double> high23 = Avx512F.UnpackHigh(x2, x3).AsDouble();
        r0 = Avx512F.UnpackLow(low01, low23).AsSingle();
        r1 = Avx512F.UnpackHigh(low01, low23).AsSingle();
        r2 = Avx512F.UnpackLow(high01, high23).AsSingle();
        r3 = Avx512F.UnpackHigh(high01, high23).AsSingle();
    }

    /// <summary>Turns a 4 x 4 block of 128-bit lanes and stores it as columns <paramref name="column"/>, + 4, + 8, + 12.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Spread(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, ref float to, nuint column, nuint halfLength)
    {
        Vector512<float> ab02 = Avx512F.Shuffle4x128(a, b, 0b10_00_10_00);
        Vector512<float> ab13 = Avx512F.Shuffle4x128(a, b, 0b11_01_11_01);
        Vector512<float> cd02 = Avx512F.Shuffle4x128(c, d, 0b10_00_10_00);
        Vector512<float> cd13 = Avx512F.Shuffle4x128(c, d, 0b11_01_11_01);
        Store(Avx512F.Shuffle4x128(ab02, cd02, 0b10_00_10_00), ref to, column, halfLength);
        Store(Avx512F.Shuffle4x128(ab13, cd13, 0b10_00_10_00), ref to, column + 4, halfLength);
        Store(Avx512F.Shuffle4x128(ab02, cd02, 0b11_01_11_01), ref to, column + 8, halfLength);
        Store(Avx512F.Shuffle4x128(ab13, cd13, 0b11_01_11_01), ref to, column + 12, halfLength);
    }

    /// <summary>Stores column <paramref name="k"/> of a strip.</summary>
    /// <param name="halfLength">Floats of a half of the strip, zero for a strip that is stored as one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector512<float> column, ref float strip, nuint k, nuint halfLength)
    {
        if (halfLength == 0)
        {
            column.StoreUnsafe(ref strip, k * Lanes);
            return;
        }

        column.GetLower().StoreUnsafe(ref strip, k * HalfLanes);
        column.GetUpper().StoreUnsafe(ref strip, k * HalfLanes + halfLength);
    }

    /// <summary>The lower or upper 8 columns of 8 rows, stored <paramref name="lanes"/> apart, for machines without AVX-512.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void TransposeEight<TFormat, T>(ref T from, nuint row, nuint stride, bool isUpper, ref float to, nuint lanes)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        FourOfEight<TFormat, T>(ref from, row, stride, isUpper, out Vector256<float> a0, out Vector256<float> a1, out Vector256<float> a2, out Vector256<float> a3);
        FourOfEight<TFormat, T>(ref from, row + 4, stride, isUpper, out Vector256<float> b0, out Vector256<float> b1, out Vector256<float> b2, out Vector256<float> b3);
        Avx.Permute2x128(a0, b0, 0x20).StoreUnsafe(ref to);
        Avx.Permute2x128(a1, b1, 0x20).StoreUnsafe(ref to, lanes);
        Avx.Permute2x128(a2, b2, 0x20).StoreUnsafe(ref to, 2 * lanes);
        Avx.Permute2x128(a3, b3, 0x20).StoreUnsafe(ref to, 3 * lanes);
        Avx.Permute2x128(a0, b0, 0x31).StoreUnsafe(ref to, 4 * lanes);
        Avx.Permute2x128(a1, b1, 0x31).StoreUnsafe(ref to, 5 * lanes);
        Avx.Permute2x128(a2, b2, 0x31).StoreUnsafe(ref to, 6 * lanes);
        Avx.Permute2x128(a3, b3, 0x31).StoreUnsafe(ref to, 7 * lanes);
    }

    /// <summary>Four rows turned within each 128-bit lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void FourOfEight<TFormat, T>(ref T from, nuint row, nuint stride, bool isUpper, out Vector256<float> r0, out Vector256<float> r1, out Vector256<float> r2, out Vector256<float> r3)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        Vector256<float> x0 = Eight(TFormat.Load(ref from, row * stride), isUpper);
        Vector256<float> x1 = Eight(TFormat.Load(ref from, (row + 1) * stride), isUpper);
        Vector256<float> x2 = Eight(TFormat.Load(ref from, (row + 2) * stride), isUpper);
        Vector256<float> x3 = Eight(TFormat.Load(ref from, (row + 3) * stride), isUpper);
        Vector256<double> low01 = Avx.UnpackLow(x0, x1).AsDouble();
        Vector256<double> high01 = Avx.UnpackHigh(x0, x1).AsDouble();
        Vector256<double> low23 = Avx.UnpackLow(x2, x3).AsDouble();
        Vector256<double> high23 = Avx.UnpackHigh(x2, x3).AsDouble();
        r0 = Avx.UnpackLow(low01, low23).AsSingle();
        r1 = Avx.UnpackHigh(low01, low23).AsSingle();
        r2 = Avx.UnpackLow(high01, high23).AsSingle();
        r3 = Avx.UnpackHigh(high01, high23).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Eight(Vector512<float> values, bool isUpper) => isUpper ? values.GetUpper() : values.GetLower();
}
