using Hone.Engine;

namespace Hone.Data.Analysis;

/// <summary>A part of the rows by chance, in their order, where all would take too long.</summary>
static class SampledRows
{
    public static int[] Of(int count, int most, ulong seed)
    {
        int[] rows = [.. Enumerable.Range(0, count)];
        if (count <= most)
            return rows;
        new SeededRandom(seed).Shuffle<int>(rows);
        Array.Resize(ref rows, most);
        Array.Sort(rows);
        return rows;
    }
}
