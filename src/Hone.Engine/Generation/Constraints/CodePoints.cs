namespace Hone.Engine.Generation.Constraints;

/// <summary>Sets of Unicode characters, as ascending ranges that do not touch, and their spelling in UTF-8.</summary>
static class CodePoints
{
    const int Last = 0x10FFFF;

    /// <summary>Every character but the halves of surrogate pairs.</summary>
    public static IReadOnlyList<(int First, int Last)> All { get; } = [(0, 0xD7FF), (0xE000, Last)];

    /// <summary>Those that stand for themselves in a JSON string.</summary>
    public static IReadOnlyList<(int First, int Last)> Plain { get; } = Without(All, [(0, 0x1F), ('"', '"'), ('\\', '\\')]);

    public static List<(int First, int Last)> Union(IEnumerable<(int First, int Last)> ranges)
    {
        var result = new List<(int First, int Last)>();
        foreach ((int first, int last) in ranges.Order())
        {
            if (result.Count > 0 && first <= result[^1].Last + 1)
                result[^1] = (result[^1].First, Math.Max(result[^1].Last, last));
            else
                result.Add((first, last));
        }

        return result;
    }

    public static List<(int First, int Last)> Without(IEnumerable<(int First, int Last)> set, IEnumerable<(int First, int Last)> removed)
    {
        List<(int First, int Last)> rest = [.. set];
        foreach ((int first, int last) in removed)
        {
            rest = [.. rest.SelectMany(range => ((int First, int Last)[])
                [(range.First, Math.Min(range.Last, first - 1)), (Math.Max(range.First, last + 1), range.Last)]).Where(range => range.First <= range.Last)];
        }

        return Union(rest);
    }

    public static List<(int First, int Last)> Intersection(IEnumerable<(int First, int Last)> a, IEnumerable<(int First, int Last)> b) =>
        Without(a, Without([(0, Last)], b));

    /// <summary>One character of a set, in UTF-8.</summary>
    public static Term ToTerm(IReadOnlyList<(int First, int Last)> set)
    {
        var choices = new List<Term>();
        var single = default(ByteSet);
        foreach ((int first, int last) in Without(set, [(0xD800, 0xDFFF)]))
        {
            if (first <= 0x7F)
                single |= ByteSet.Range((byte)first, (byte)Math.Min(last, 0x7F));
            foreach ((int low, int high, int tail) in (ReadOnlySpan<(int, int, int)>)[(0x80, 0x7FF, 1), (0x800, 0xFFFF, 2), (0x10000, Last, 3)])
                AddRange(Math.Max(first, low), Math.Min(last, high), tail, choices);
        }

        if (single != default)
            choices.Insert(0, new ByteTerm(single));
        return JsonTerms.Choice([.. choices]);
    }

    /// <summary>Cuts a range of characters of one length into products of ranges of bytes.</summary>
    static void AddRange(int first, int last, int tail, List<Term> choices)
    {
        if (first > last)
            return;
        for (int digits = 1; digits <= tail; digits++)
        {
            int mask = (1 << (6 * digits)) - 1;
            if (first >> (6 * digits) == last >> (6 * digits))
                continue;
            if ((first & mask) != 0)
            {
                AddRange(first, first | mask, tail, choices);
                AddRange((first | mask) + 1, last, tail, choices);
                return;
            }

            if ((last & mask) != mask)
            {
                AddRange(first, (last & ~mask) - 1, tail, choices);
                AddRange(last & ~mask, last, tail, choices);
                return;
            }
        }

        var bytes = new Term[tail + 1];
        int lead = tail == 1 ? 0xC0 : tail == 2 ? 0xE0 : 0xF0;
        bytes[0] = new ByteTerm(ByteSet.Range((byte)(lead | (first >> (6 * tail))), (byte)(lead | (last >> (6 * tail)))));
        for (int i = 1; i <= tail; i++)
        {
            int shift = 6 * (tail - i);
            bytes[i] = new ByteTerm(ByteSet.Range((byte)(0x80 | ((first >> shift) & 0x3F)), (byte)(0x80 | ((last >> shift) & 0x3F))));
        }

        choices.Add(JsonTerms.Sequence(bytes));
    }
}
