using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hone.Engine.Kernels;

/// <summary>Dot products of rows of 8-bit numbers with vectors of 16-bit numbers, exact in 32 bits as long as the sums fit.</summary>
static class ByteDots
{
    /// <summary>What the length of a row is a multiple of.</summary>
    public const int Step = 64;

    /// <summary>What the number of rows is a multiple of.</summary>
    public const int Rows = 4;

    const int Lanes = 32;

    /// <summary>dots[v, r] = Σ rows[r, i] · vectors[v, i].</summary>
    /// <param name="rows">[rowCount, length]</param>
    /// <param name="vectors">[vectorCount, length]</param>
    /// <param name="dots">[vectorCount, rowCount]</param>
    public static void Multiply(ReadOnlySpan<sbyte> rows, int rowCount, ReadOnlySpan<short> vectors, int vectorCount, int length, Span<int> dots)
    {
        if (length % Step != 0 || rowCount % Rows != 0)
            throw new ArgumentException("Rows come in fours, their lengths in steps of 64.");
        _ = rows[rowCount * length - 1];
        _ = vectors[vectorCount * length - 1];
        _ = dots[vectorCount * rowCount - 1];
        ref sbyte row = ref MemoryMarshal.GetReference(rows);
        ref short vector = ref MemoryMarshal.GetReference(vectors);
        ref int dot = ref MemoryMarshal.GetReference(dots);
        for (int r = 0; r < rowCount; r += Rows)
        {
            ref sbyte four = ref Unsafe.Add(ref row, r * length);
            int v = 0;
            for (; v <= vectorCount - 2; v += 2)
                Tile2(ref four, ref Unsafe.Add(ref vector, v * length), (nuint)length, ref Unsafe.Add(ref dot, (v * rowCount) + r), rowCount);
            if (v < vectorCount)
                Tile1(ref four, ref Unsafe.Add(ref vector, v * length), (nuint)length, ref Unsafe.Add(ref dot, (v * rowCount) + r));
        }
    }

    /// <summary>Σ row · vector.</summary>
    /// <param name="row">As long as the vector: a multiple of 32.</param>
    public static int Of(ReadOnlySpan<sbyte> row, ReadOnlySpan<short> vector)
    {
        if (row.Length != vector.Length || row.Length % Lanes != 0)
            throw new ArgumentException("Row and vector have the same length, in steps of 32.");
        ref sbyte x = ref MemoryMarshal.GetReference(row);
        ref short y = ref MemoryMarshal.GetReference(vector);
        Vector512<int> sum = default;
        for (nuint i = 0; i < (nuint)row.Length; i += Lanes)
            sum += PairProducts(Widened(ref x, i), Vector512.LoadUnsafe(ref y, i));
        return Vector512.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile1(ref sbyte row, ref short vector, nuint length, ref int dots)
    {
        Vector512<int> a = default, b = default, c = default, d = default;
        for (nuint i = 0; i < length; i += Lanes)
        {
            Vector512<short> x = Vector512.LoadUnsafe(ref vector, i);
            a += PairProducts(Widened(ref row, i), x);
            b += PairProducts(Widened(ref row, i + length), x);
            c += PairProducts(Widened(ref row, i + (2 * length)), x);
            d += PairProducts(Widened(ref row, i + (3 * length)), x);
        }

        SumOfEach(a, b, c, d).StoreUnsafe(ref dots);
    }

    // Two vectors share the widened rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile2(ref sbyte row, ref short vector, nuint length, ref int dots, int dotStride)
    {
        Vector512<int> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (nuint i = 0; i < length; i += Lanes)
        {
            Vector512<short> x = Vector512.LoadUnsafe(ref vector, i), y = Vector512.LoadUnsafe(ref vector, i + length);
            Vector512<short> wide = Widened(ref row, i);
            a += PairProducts(wide, x);
            e += PairProducts(wide, y);
            wide = Widened(ref row, i + length);
            b += PairProducts(wide, x);
            f += PairProducts(wide, y);
            wide = Widened(ref row, i + (2 * length));
            c += PairProducts(wide, x);
            g += PairProducts(wide, y);
            wide = Widened(ref row, i + (3 * length));
            d += PairProducts(wide, x);
            h += PairProducts(wide, y);
        }

        SumOfEach(a, b, c, d).StoreUnsafe(ref dots);
        SumOfEach(e, f, g, h).StoreUnsafe(ref Unsafe.Add(ref dots, dotStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Widened(ref sbyte row, nuint i)
    {
        Vector256<sbyte> narrow = Vector256.LoadUnsafe(ref row, i);
        if (Avx512BW.IsSupported)
            return Avx512BW.ConvertToVector512Int16(narrow);
        (Vector256<short> low, Vector256<short> high) = Vector256.Widen(narrow);
        return Vector512.Create(low, high);
    }

    /// <summary>x₂ᵢ · y₂ᵢ + x₂ᵢ₊₁ · y₂ᵢ₊₁ in 32 bits: products of neighbours are added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> PairProducts(Vector512<short> x, Vector512<short> y)
    {
        if (Avx512BW.IsSupported)
            return Avx512BW.MultiplyAddAdjacent(x, y);
        if (Avx2.IsSupported)
            return Vector512.Create(Avx2.MultiplyAddAdjacent(x.GetLower(), y.GetLower()), Avx2.MultiplyAddAdjacent(x.GetUpper(), y.GetUpper()));
        Vector512<int> xPairs = x.AsInt32(), yPairs = y.AsInt32();
        return (((xPairs << 16) >> 16) * ((yPairs << 16) >> 16)) + ((xPairs >> 16) * (yPairs >> 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> SumOfEach(Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d)
    {
        if (!Avx512F.IsSupported)
            return Vector128.Create(Vector512.Sum(a), Vector512.Sum(b), Vector512.Sum(c), Vector512.Sum(d));
        Vector512<long> ab = (Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b)).AsInt64();
        Vector512<long> cd = (Avx512F.UnpackLow(c, d) + Avx512F.UnpackHigh(c, d)).AsInt64();
        Vector512<int> abcd = Avx512F.UnpackLow(ab, cd).AsInt32() + Avx512F.UnpackHigh(ab, cd).AsInt32();
        Vector256<int> half = abcd.GetLower() + abcd.GetUpper();
        return half.GetLower() + half.GetUpper();
    }
}
