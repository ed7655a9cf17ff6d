using Hone.Data.Analysis.Clustering;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Analysis.Reports;

/// <param name="Words">What tells its texts from the others; none where there are no texts.</param>
/// <param name="Typical">Where those rows stand among all, from 0, that are nearest to its middle and show best what it holds.</param>
public sealed record ClusterSummary(int Cluster, int Size, IReadOnlyList<string> Words, IReadOnlyList<int> Typical)
{
    /// <summary>The words on one line; its number where there are none.</summary>
    public string Label => Words.Count > 0 ? string.Join(", ", Words) : FormattableString.Invariant($"{Cluster}");
}

/// <summary>How rows are to be grouped.</summary>
public sealed record ClusterOptions
{
    public const int DefaultSmallest = 5;

    /// <summary>Of <see cref="Clusters"/> and of <see cref="Smallest"/>: time and memory grow with them.</summary>
    public const int MostClusters = 1000, LargestSmallest = 1000;

    /// <summary>How many clusters; null for as many as give the largest silhouette. Not used by <see cref="IsByDensity"/>.</summary>
    public int? Clusters { get; init; }

    /// <summary>Dense places are clusters, and rows between them belong to none.</summary>
    public bool IsByDensity { get; init; }

    /// <summary>Rows that a dense place has at least.</summary>
    public int Smallest { get; init; } = DefaultSmallest;

    public ulong Seed { get; init; }
}

/// <summary>Rows in groups, the largest first.</summary>
public sealed record ClusterReport
{
    /// <summary>Of more rows the silhouette is that of a sample.</summary>
    const int MostRowsOfSilhouette = 5000;

    const int Shown = 3;

    public required int Rows { get; init; }

    /// <summary><c>kmeans</c> or <c>density</c>.</summary>
    public required string Method { get; init; }

    public required IReadOnlyList<ClusterSummary> Clusters { get; init; }

    /// <summary>Rows in no cluster.</summary>
    public required int Unclustered { get; init; }

    /// <summary>How well the rows sit in their clusters, from −1 to 1; null where there are fewer than two clusters.</summary>
    public required double? Silhouette { get; init; }

    /// <summary>The silhouettes of the numbers of clusters that were tried; none where the number was given.</summary>
    public required IReadOnlyList<CountScore> Tried { get; init; }

    /// <summary>Whether silhouettes are those of a sample of the rows.</summary>
    public required bool IsSampled { get; init; }

    /// <summary>The cluster of each row, −1 for none.</summary>
    public required IReadOnlyList<int> Assignments { get; init; }

    public static ClusterReport Of(EmbeddedTexts texts, ClusterOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(options);
        Points points = texts.Points;
        IReadOnlyList<CountScore> tried = [];
        int[] clusters;
        if (options.IsByDensity)
            clusters = DensityClusters.Find(points, options.Smallest, PointMetric.Cosine, cancel);
        else
        {
            KMeansSettings settings = new() { Clusters = options.Clusters ?? 0, Seed = options.Seed };
            tried = options.Clusters is null ? ClusterCount.Try(points, settings, PointMetric.Cosine, cancel) : [];
            clusters = KMeans.Run(points, settings with { Clusters = options.Clusters ?? ClusterCount.Best(tried) }, cancel).Clusters;
        }
        clusters = LargestFirst(clusters);
        return new ClusterReport
        {
            Rows = texts.Count,
            Method = options.IsByDensity ? "density" : "kmeans",
            Clusters = Summarise(texts, clusters),
            Unclustered = clusters.Count(cluster => cluster < 0),
            Silhouette = SilhouetteOf(points, clusters, options.Seed, cancel),
            Tried = tried,
            IsSampled = clusters.Count(cluster => cluster >= 0) > MostRowsOfSilhouette || (tried.Count > 0 && texts.Count > ClusterCount.MostPoints),
            Assignments = clusters,
        };
    }

    /// <summary>What was found, for people.</summary>
    public IEnumerable<string> Sentences()
    {
        yield return Text.Of(Invariant($"{Text.Counted(Rows, "row")} in {Text.Counted(Clusters.Count, "group")}, {Unclustered:N0} in none."), Invariant($"{Rows:N0} 行分为 {Clusters.Count} 组，{Unclustered:N0} 行不属于任何组。"));
        if (Silhouette is { } silhouette)
            yield return Text.Of(
                Invariant($"Silhouette {silhouette:0.000}: from 1 (groups far apart) to 0 (groups that run into one another){(IsSampled ? "; of a sample of the rows" : "")}."),
                Invariant($"轮廓系数 {silhouette:0.000}：1 表示各组相距很远，0 表示各组相互交融{(IsSampled ? "；由部分行抽样得出" : "")}。"));
    }

    /// <summary>The groups on a map.</summary>
    /// <param name="name">Of the file.</param>
    public MapContent Map(EmbeddedTexts texts, string name)
    {
        ArgumentNullException.ThrowIfNull(texts);
        MapGroup[] groups = [.. Clusters.Select(one => new MapGroup($"{one.Cluster}: {one.Label}")), .. Unclustered > 0 ? [new MapGroup(Text.Of("in no group", "不属于任何组"), IsBackground: true)] : Array.Empty<MapGroup>()];
        return new MapContent(Text.Of($"Groups of {name}", $"{name} 的分组"), groups, [.. Assignments.Select(cluster => cluster < 0 ? Clusters.Count : cluster)], [.. Sentences()])
        {
            Tables = [.. Clusters.Select(one => ($"{one.Cluster}: {one.Label}", (IReadOnlyList<string[]>)[[Text.Of("most typical rows", "最典型的行")], .. one.Typical.Select(row => new[] { texts.Texts[row] })]))],
        };
    }

    static int[] LargestFirst(int[] clusters)
    {
        // Of groups of one size the first in the rows comes first: sorting is stable.
        int[] order = [.. clusters.Where(cluster => cluster >= 0).GroupBy(cluster => cluster).OrderByDescending(group => group.Count()).Select(group => group.Key)];
        Dictionary<int, int> numbers = order.Select((cluster, i) => (cluster, i)).ToDictionary(pair => pair.cluster, pair => pair.i);
        return [.. clusters.Select(cluster => cluster < 0 ? cluster : numbers[cluster])];
    }

    static double? SilhouetteOf(Points points, int[] clusters, ulong seed, CancellationToken cancel)
    {
        int[] clustered = [.. Enumerable.Range(0, points.Count).Where(i => clusters[i] >= 0)];
        int[] rows = [.. SampledRows.Of(clustered.Length, MostRowsOfSilhouette, seed).Select(i => clustered[i])];
        int[] numbers = [.. rows.Select(row => clusters[row])];
        return numbers.Distinct().Count() < 2 ? null : Clustering.Silhouette.Mean(points.Take(rows), numbers, PointMetric.Cosine, cancel);
    }

    static ClusterSummary[] Summarise(EmbeddedTexts texts, int[] clusters)
    {
        int[][] members = [.. clusters.Select((cluster, row) => (cluster, row)).Where(pair => pair.cluster >= 0).GroupBy(pair => pair.cluster, pair => pair.row).OrderBy(group => group.Key).Select(group => group.ToArray())];
        IReadOnlyList<IReadOnlyList<string>> words = texts.HasTexts && members.Length > 0 ? ClusterWords.Of(texts.Texts, clusters) : [.. members.Select(_ => Array.Empty<string>())];
        return [.. members.Select((rows, cluster) => new ClusterSummary(cluster, rows.Length, words[cluster], Typical(texts.Points.Take(rows), rows)))];
    }

    static int[] Typical(Points members, int[] rows)
    {
        var middle = new float[members.Dimensions];
        for (int i = 0; i < members.Count; i++)
            for (int j = 0; j < middle.Length; j++)
                middle[j] += members.Row(i)[j] / members.Count;
        return [.. Neighbours.Of(members, middle, Shown, PointMetric.Cosine).Select(near => rows[near.Index])];
    }
}
