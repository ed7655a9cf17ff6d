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

    public long CountAbove(int limit) => _counts.Where(pair => pair.Key > limit).Sum(pair => pair.Value);

    /// <summary>Null when no number came.</summary>
    public Distribution? Summarise()
    {
        if (Count == 0)
            return null;
        KeyValuePair<int, long>[] sorted = [.. _counts.OrderBy(pair => pair.Key)];
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

    static IReadOnlyList<Bar> Bars(KeyValuePair<int, long>[] sorted, double median)
    {
        (int min, int max) = (sorted[0].Key, sorted[^1].Key);
        Func<int, (int From, int To)> bar = max > Skew * Math.Max(1, median) ? Doubling : OfWidth(Width(max - min));
        return
        [
            .. sorted
                .GroupBy(pair => bar(pair.Key), pair => pair.Value)
                .Select(group => new Bar(group.Key.From, group.Key.To, group.Sum())),
        ];
    }

    static Func<int, (int, int)> OfWidth(int width) => value => (value / width * width, (int)Math.Min(int.MaxValue, ((value / width) + 1L) * width - 1));

    /// <summary>0, 1, 2 to 3, 4 to 7 and so on.</summary>
    static (int, int) Doubling(int value)
    {
        int from = value == 0 ? 0 : 1 << int.Log2(value);
        return (from, from + Math.Max(0, from - 1));
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
