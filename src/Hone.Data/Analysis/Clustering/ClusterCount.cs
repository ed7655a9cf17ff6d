namespace Hone.Data.Analysis.Clustering;

/// <summary>How good a number of clusters is.</summary>
public readonly record struct CountScore(int Clusters, double Silhouette);

/// <summary>A number of clusters that suits the points: the one with the largest silhouette.</summary>
public static class ClusterCount
{
    /// <summary>Points that silhouettes are computed of; of more, a sample by chance.</summary>
    public const int MostPoints = 2000;

    const int Most = 20;

    /// <summary>The silhouettes for 2 to 20 clusters, fewer where there are few points.</summary>
    public static IReadOnlyList<CountScore> Try(Points points, KMeansSettings settings, PointMetric metric, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(settings);
        int[] rows = SampledRows.Of(points.Count, MostPoints, settings.Seed);
        Points sample = rows.Length == points.Count ? points : points.Take(rows);
        int different = sample.CountDifferent(Most + 1);
        List<CountScore> scores = [];
        for (int clusters = 2; clusters <= Math.Min(Most, different - 1); clusters++)
        {
            KMeansResult found = KMeans.Run(sample, settings with { Clusters = clusters }, cancel);
            // Points that differ by the last bits alone are all nearest to one centre.
            if (!found.Clusters.AsSpan().ContainsAnyExcept(found.Clusters[0]))
                break;
            scores.Add(new CountScore(clusters, Silhouette.Mean(sample, found.Clusters, metric, cancel)));
        }
        return scores;
    }

    /// <summary>The number with the largest silhouette; 1 where there were none to try.</summary>
    public static int Best(IReadOnlyList<CountScore> scores) => scores.Count == 0 ? 1 : scores.MaxBy(score => score.Silhouette).Clusters;
}
