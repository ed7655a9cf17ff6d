using Hone.Engine;

namespace Hone.Data.Formats;

/// <summary>So many of the rows, each with the same chance, in their order. Two passes over the rows, of which the first keeps their numbers alone.</summary>
public sealed class RowSample(int count, ulong seed)
{
    public int Count => count;

    /// <summary>The rows that there were.</summary>
    public long Rows { get; private set; }

    public IEnumerable<JsonLine> Of(IEnumerable<JsonLine> rows)
    {
        HashSet<long> chosen = Choose(rows);
        long index = 0;
        foreach (JsonLine row in rows)
            if (chosen.Contains(index++))
                yield return row;
    }

    /// <summary>Algorithm R (Vitter 1985).</summary>
    HashSet<long> Choose(IEnumerable<JsonLine> rows)
    {
        SeededRandom random = new(seed);
        List<long> chosen = [];
        long index = 0;
        foreach (JsonLine _ in rows)
        {
            if (chosen.Count < count)
                chosen.Add(index);
            else if ((long)(random.NextDouble() * (index + 1)) is var place && place < count)
                chosen[(int)place] = index;
            index++;
        }
        Rows = index;
        return [.. chosen];
    }
}
