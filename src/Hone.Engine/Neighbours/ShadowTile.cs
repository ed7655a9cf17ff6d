using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hone.Engine.Kernels;

namespace Hone.Engine.Neighbours;

/// <summary>Dot products of short rows of 8-bit numbers with many vectors, of which only those above a limit are told.</summary>
/// <remarks>Rows lie in sixteens: the first two numbers of each, then the next two, so that a register has two numbers of sixteen rows and no sum crosses it.</remarks>
static class ShadowTile
{
    /// <summary>Numbers of a row.</summary>
    public const int Length = 32;

    /// <summary>Rows of a tile.</summary>
    public const int Rows = 16;

    const int Pair = 2 * Rows;

    /// <summary>Where a number of a row lies.</summary>
    public static int IndexOf(int row, int number) => (row / Rows * Rows * Length) + (number / 2 * Pair) + (row % Rows * 2) + (number % 2);

    /// <summary>A bit for each row whose dot product is above a vector's limit.</summary>
    /// <param name="rows">[16, 32], in the order of <see cref="IndexOf"/>.</param>
    /// <param name="vectors">[count, 32]</param>
    /// <param name="limits">[count]</param>
    /// <param name="above">[count]</param>
    // Sixteen registers hold the rows while all vectors pass.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Find(ReadOnlySpan<sbyte> rows, ReadOnlySpan<short> vectors, ReadOnlySpan<int> limits, Span<ushort> above)
    {
        _ = rows[(Rows * Length) - 1];
        _ = vectors[(limits.Length * Length) - 1];
        _ = above[limits.Length - 1];
        ref sbyte row = ref MemoryMarshal.GetReference(rows);
        ref int pairs = ref Unsafe.As<short, int>(ref MemoryMarshal.GetReference(vectors));
        Vector512<short> r0 = ByteDots.Widened(ref row, 0), r1 = ByteDots.Widened(ref row, Pair), r2 = ByteDots.Widened(ref row, 2 * Pair), r3 = ByteDots.Widened(ref row, 3 * Pair);
        Vector512<short> r4 = ByteDots.Widened(ref row, 4 * Pair), r5 = ByteDots.Widened(ref row, 5 * Pair), r6 = ByteDots.Widened(ref row, 6 * Pair), r7 = ByteDots.Widened(ref row, 7 * Pair);
        Vector512<short> r8 = ByteDots.Widened(ref row, 8 * Pair), r9 = ByteDots.Widened(ref row, 9 * Pair), r10 = ByteDots.Widened(ref row, 10 * Pair), r11 = ByteDots.Widened(ref row, 11 * Pair);
        Vector512<short> r12 = ByteDots.Widened(ref row, 12 * Pair), r13 = ByteDots.Widened(ref row, 13 * Pair), r14 = ByteDots.Widened(ref row, 14 * Pair), r15 = ByteDots.Widened(ref row, 15 * Pair);
        for (int i = 0; i < limits.Length; i++)
        {
            Vector512<int> a = Product(r0, ref pairs, 0), b = Product(r1, ref pairs, 1), c = Product(r2, ref pairs, 2), d = Product(r3, ref pairs, 3);
            a += Product(r4, ref pairs, 4);
            b += Product(r5, ref pairs, 5);
            c += Product(r6, ref pairs, 6);
            d += Product(r7, ref pairs, 7);
            a += Product(r8, ref pairs, 8);
            b += Product(r9, ref pairs, 9);
            c += Product(r10, ref pairs, 10);
            d += Product(r11, ref pairs, 11);
            a += Product(r12, ref pairs, 12);
            b += Product(r13, ref pairs, 13);
            c += Product(r14, ref pairs, 14);
            d += Product(r15, ref pairs, 15);
            above[i] = (ushort)Vector512.GreaterThan(a + b + (c + d), Vector512.Create(limits[i])).ExtractMostSignificantBits();
            pairs = ref Unsafe.Add(ref pairs, Length / 2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<int> Product(Vector512<short> row, ref int pairs, int i) => ByteDots.PairProducts(row, Vector512.Create(Unsafe.Add(ref pairs, i)).AsInt16());
}
