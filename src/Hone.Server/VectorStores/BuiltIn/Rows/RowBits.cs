using System.Numerics;

namespace Hone.Server.VectorStores.BuiltIn.Rows;

/// <summary>A bit for each row, 64 to a word, the lowest first.</summary>
static class RowBits
{
    public static bool Has(this ulong[] bits, int row) => (bits[row / 64] & (1UL << (row % 64))) != 0;

    public static void Set(this ulong[] bits, int row) => bits[row / 64] |= 1UL << (row % 64);

    public static void Clear(this ulong[] bits, int row) => bits[row / 64] &= ~(1UL << (row % 64));

    public static long Count(this ulong[] bits)
    {
        long count = 0;
        foreach (ulong word in bits)
            count += BitOperations.PopCount(word);
        return count;
    }

    /// <summary>The rows whose bits are set, in order.</summary>
    public static IEnumerable<int> Rows(this ulong[] bits)
    {
        for (int word = 0; word < bits.Length; word++)
        {
            for (ulong left = bits[word]; left != 0; left &= left - 1)
                yield return (word * 64) + BitOperations.TrailingZeroCount(left);
        }
    }
}
