using Hone.Engine;

namespace Hone.Data.Analysis.Clustering;

/// <summary>
/// Clusters as dense places, of any number and shape; points between them belong to none: HDBSCAN (Campello, Moulavi and Sander 2013).
/// Unlike DBSCAN it needs no radius, for which vectors of texts offer no sensible value, and clusters may differ in density.
/// </summary>
public static class DensityClusters
{
    /// <summary>The cluster of a point between the clusters.</summary>
    public const int None = -1;

    /// <summary>Every pair of points is looked at: beyond these it takes many minutes.</summary>
    public const int MostPoints = 50_000;

    /// <summary>The cluster of each point, from 0 on, or <see cref="None"/>.</summary>
    /// <param name="smallest">Points that a cluster has at least; also how many, itself among them, must be near a point for its place to be dense.</param>
    /// <exception cref="HoneException">There are too few or too many points.</exception>
    public static int[] Find(Points points, int smallest, PointMetric metric, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentOutOfRangeException.ThrowIfLessThan(smallest, 2);
        if (points.Count <= smallest)
            throw new HoneException(Text.Of($"{Text.Counted(points.Count, "row is too few", "rows are too few")} for clusters of at least {smallest}.", $"{points.Count} 行数据不足以形成至少 {smallest} 行的簇。"));
        if (points.Count > MostPoints)
            throw new HoneException(Text.Of(
                $"{points.Count} rows are too many to compare each with each; density-based clustering takes at most {MostPoints}. Use --k, or a sample: hone data sample",
                $"{points.Count} 行数据过多，无法两两比较；基于密度的聚类最多 {MostPoints} 行。请用 --k，或先抽样：hone data sample"));

        var cores = new double[points.Count];
        PointLoop.For(points.Count, row => cores[row] = Neighbours.Of(points, points.Row(row), smallest - 1, metric, other => other != row)[^1].Distance, cancel);
        return new CondensedTree(SpanningTree.Of(points, cores, metric, cancel), smallest).Clusters();
    }
}
