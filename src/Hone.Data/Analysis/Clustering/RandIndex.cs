namespace Hone.Data.Analysis.Clustering;

/// <summary>How far two ways to group the same rows agree.</summary>
public static class RandIndex
{
    /// <summary>The adjusted Rand index (Hubert and Arabie 1985): 1 for the same groups, 0 on average for groups by chance.</summary>
    public static double Adjusted<TA, TB>(IReadOnlyList<TA> a, IReadOnlyList<TB> b)
        where TA : notnull
        where TB : notnull
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Count != b.Count)
            throw new ArgumentException($"{a.Count} rows are not {b.Count}.", nameof(b));
        double both = PairsWithin(a.Zip(b)), inA = PairsWithin(a), inB = PairsWithin(b);
        double all = Pairs(a.Count);
        double expected = all == 0 ? 0 : inA * inB / all;
        double most = (inA + inB) / 2;
        return most == expected ? 1 : (both - expected) / (most - expected);
    }

    static double PairsWithin<T>(IEnumerable<T> groups)
        where T : notnull => groups.GroupBy(group => group).Sum(group => Pairs(group.Count()));

    static double Pairs(double count) => count * (count - 1) / 2;
}
