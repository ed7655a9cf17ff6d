using Hone.Engine;

namespace Hone.Data.Analysis.Clustering;

/// <summary>How well points sit in their clusters (Rousseeuw 1987).</summary>
public static class Silhouette
{
    /// <summary>The mean of (b − a) / max(a, b): a is the mean distance to the others of the own cluster, b that to the nearest other cluster. From −1 to 1; a cluster of one counts 0.</summary>
    /// <param name="clusters">From 0 on; all are points, none is left out.</param>
    /// <exception cref="HoneException">There are fewer than two clusters.</exception>
    public static double Mean(Points points, IReadOnlyList<int> clusters, PointMetric metric, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(clusters);
        int[] sizes = new int[clusters.Max() + 1];
        foreach (int cluster in clusters)
            sizes[cluster]++;
        if (sizes.Count(size => size > 0) < 2)
            throw new HoneException(Text.Of("A silhouette needs two clusters.", "轮廓系数至少需要两个簇。"));

        var values = new double[points.Count];
        PointLoop.For(points.Count, i => values[i] = Of(i, points, clusters, sizes, metric), cancel);
        return values.Average();
    }

    static double Of(int point, Points points, IReadOnlyList<int> clusters, int[] sizes, PointMetric metric)
    {
        int own = clusters[point];
        if (sizes[own] == 1)
            return 0;
        var sums = new double[sizes.Length];
        for (int i = 0; i < points.Count; i++)
            sums[clusters[i]] += metric.Between(points.Row(point), points.Row(i));

        double within = sums[own] / (sizes[own] - 1);
        double nearest = double.PositiveInfinity;
        for (int cluster = 0; cluster < sizes.Length; cluster++)
            if (cluster != own && sizes[cluster] > 0)
                nearest = Math.Min(nearest, sums[cluster] / sizes[cluster]);
        double most = Math.Max(within, nearest);
        return most == 0 ? 0 : (nearest - within) / most;
    }
}
