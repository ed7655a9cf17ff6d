using System.Runtime.InteropServices;

namespace Hone.Data.Checks;

/// <summary>How often each whole number came: quantiles are exact, and the memory grows with the different numbers, not with their count.</summary>
sealed class Histogram
{
    const int MostBars = 24;

    /// <summary>Where the greatest number is this many times the median, bars of one width would hide the rest.</summary>
    const int Skew = 20;

    readonly Dictionary<int, long> _counts = [];

    public long Count { get; private set; }

    public long Total { get; private set; }

    /// <param name="value">Not negative.</param>
    public void Add(int value, long times = 1)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, value, out _) += times;
        Count += times;
        Total += value * times;
    }

    public void Add(Histogram other)
    {
        foreach ((int value, long count) in other._counts)
            Add(value, count);
    }

    /// <summary>Σ min(limit, value).</summary>
    public long TotalUpTo(int limit) => _counts.Sum(pair => Math.Min(limit, pair.Key) * pair.Value);

    /// <summary>The different numbers with how often each came, ascending.</summary>
    public KeyValuePair<int, long>[] Sorted() => [.. _counts.OrderBy(pair => pair.Key)];

    public long CountAbove(int limit) => _counts.Where(pair => pair.Key > limit).Sum(pair => pair.Value);

    /// <summary>Null when no number came.</summary>
    public Distribution? Summarise()
    {
        if (Count == 0)
            return null;
        KeyValuePair<int, long>[] sorted = Sorted();
        double median = Quantile(sorted, 0.5);
        return new Distribution
        {
            Count = Count,
            Total = Total,
            Min = sorted[0].Key,
            Max = sorted[^1].Key,
            Mean = Rounded((double)Total / Count),
            Median = Rounded(median),
            Q10 = Rounded(Quantile(sorted, 0.1)),
            Q90 = Rounded(Quantile(sorted, 0.9)),
            Bars = Bars(sorted, median),
        };
    }

    // The last bits of a quantile depend on the order of its operations.
    static double Rounded(double value) => Math.Round(value, 6);

    /// <summary>numpy's linear interpolation: at q·(n − 1) between the two numbers beside it.</summary>
    double Quantile(KeyValuePair<int, long>[] sorted, double q)
    {
        double position = q * (Count - 1);
        long below = (long)Math.Floor(position);
        (int low, int high) = (At(sorted, below), At(sorted, Math.Min(below + 1, Count - 1)));
        return low + ((high - low) * (position - below));
    }

    static int At(KeyValuePair<int, long>[] sorted, long index)
    {
        foreach ((int value, long count) in sorted)
            if ((index -= count) < 0)
                return value;
        throw new ArgumentOutOfRangeException(nameof(index));
    }

    static Bar[] Bars(KeyValuePair<int, long>[] sorted, double median)
    {
        (int min, int max) = (sorted[0].Key, sorted[^1].Key);
        List<Bar> bars = [.. max > Skew * Math.Max(1, median) ? Doubling(min, max) : OfWidth(Width(max - min), min, max)];
        long[] counts = new long[bars.Count];
        int at = 0;
        foreach ((int value, long count) in sorted)
        {
            while (value > bars[at].To)
                at++;
            counts[at] += count;
        }
        return [.. bars.Select((bar, i) => bar with { Count = counts[i] })];
    }

    static IEnumerable<Bar> OfWidth(int width, int min, int max)
    {
        for (long from = min / width * width; from <= max; from += width)
            yield return new Bar((int)from, (int)Math.Min(int.MaxValue, from + width - 1), 0);
    }

    /// <summary>0, 1, 2 to 3, 4 to 7 and so on.</summary>
    static IEnumerable<Bar> Doubling(int min, int max)
    {
        for (long from = min == 0 ? 0 : 1L << int.Log2(min); from <= max; from = Math.Max(1, 2 * from))
            yield return new Bar((int)from, (int)Math.Max(0, (2 * from) - 1), 0);
    }

    /// <summary>1, 2 or 5 times a power of ten.</summary>
    static int Width(int range)
    {
        for (int power = 1; ; power *= 10)
            foreach (int factor in (int[])[1, 2, 5])
                if (range / (power * factor) < MostBars)
                    return power * factor;
    }
}
