namespace Hone.Data.Analysis.Reports;

/// <summary>How different the rows are.</summary>
/// <param name="Distances">Cosine distances between pairs of rows.</param>
/// <param name="VendiScore">As how many wholly different texts they are as diverse.</param>
/// <param name="IsVendiSampled">Whether that is of a sample, which can only show fewer.</param>
/// <param name="Topics">The clusters with the largest silhouette.</param>
/// <param name="EffectiveTopics">As how many topics of one size these are: exp of the entropy of their shares.</param>
/// <param name="Assignments">The topic of each row.</param>
public sealed record DiversityReport(int Rows, DistanceSummary Distances, double VendiScore, bool IsVendiSampled, IReadOnlyList<ClusterSummary> Topics, double EffectiveTopics, IReadOnlyList<int> Assignments)
{
    public static DiversityReport Of(EmbeddedTexts texts, ulong seed, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        DistanceSummary distances = Diversity.Distances(texts.Points, PointMetric.Cosine, seed, cancel);
        ClusterReport clusters = ClusterReport.Of(texts, new ClusterOptions { Seed = seed }, cancel);
        return new DiversityReport(
            texts.Count, distances, Diversity.VendiScore(texts.Points, seed), texts.Count > Diversity.MostPointsOfScore, clusters.Clusters, Diversity.EffectiveNumber(clusters.Assignments), clusters.Assignments);
    }
}
