using Hone.Engine;
using static System.FormattableString;

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

    /// <summary>What was found, for people.</summary>
    public IEnumerable<string> Sentences()
    {
        yield return Text.Of(
            Invariant($"Cosine distance of two rows: mean {Distances.Mean:0.000}, median {Distances.Median:0.000}, from {Distances.Min:0.000} to {Distances.Max:0.000} ({Distances.Pairs:N0} pairs{(Distances.IsSample ? " by chance" : "")})."),
            Invariant($"两行之间的余弦距离：均值 {Distances.Mean:0.000}，中位数 {Distances.Median:0.000}，从 {Distances.Min:0.000} 到 {Distances.Max:0.000}（{Distances.Pairs:N0} 对{(Distances.IsSample ? "，随机抽取" : "")}）。"));
        yield return Text.Of(
            Invariant($"As diverse as {VendiScore:0.0} wholly different texts (Vendi score{(IsVendiSampled ? Invariant($" of a sample of {Diversity.MostPointsOfScore:N0} rows") : "")})."),
            Invariant($"多样性相当于 {VendiScore:0.0} 个完全不同的文本（Vendi 分数{(IsVendiSampled ? Invariant($"，抽样 {Diversity.MostPointsOfScore:N0} 行") : "")}）。"));
        yield return Text.Of(
            Invariant($"Topics: {Topics.Count}, as diverse as {EffectiveTopics:0.0} of one size."),
            Invariant($"主题：{Topics.Count} 个，相当于 {EffectiveTopics:0.0} 个同样大小的主题。"));
    }

    /// <summary>The topics on a map.</summary>
    /// <param name="name">Of the file.</param>
    public MapContent Map(string name) =>
        new(
            Text.Of($"Diversity of {name}", $"{name} 的多样性"),
            [.. Topics.Select(topic => new MapGroup($"{topic.Cluster}: {topic.Label}"))],
            Assignments,
            [.. Sentences()])
        {
            Tables = [(Text.Of("Distances between rows", "行与行之间的距离"), [[Text.Of("distance", "距离"), Text.Of("pairs", "行对数")], .. Distances.Bars.Select(bar => new[] { bar.Range, Invariant($"{bar.Count:N0}") })])],
        };
}
