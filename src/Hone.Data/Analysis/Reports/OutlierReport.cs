using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Analysis.Reports;

/// <param name="Index">Where it stands among the rows, from 0; people count from 1.</param>
/// <param name="Factor">The local outlier factor.</param>
/// <param name="Distance">The mean cosine distance to its neighbours.</param>
public sealed record OutlierScore(int Index, int Line, double Factor, double Distance);

/// <summary>How far each row is from the others.</summary>
/// <param name="Neighbours">How many of each were looked at.</param>
/// <param name="Threshold">The factor from which on a row counts as an outlier.</param>
/// <param name="Outliers">How many there are.</param>
/// <param name="Scores">Of every row, in their order.</param>
public sealed record OutlierReport(int Rows, int Neighbours, double Threshold, int Outliers, IReadOnlyList<OutlierScore> Scores)
{
    public const int DefaultNeighbours = 20;

    /// <summary>All rows' neighbours are in memory together.</summary>
    public const int MostNeighbours = 200;

    /// <summary>Every row is compared with every other.</summary>
    public const int MostRows = 100_000;

    /// <param name="neighbours">Null for the usual number, or for as many as there are.</param>
    /// <exception cref="HoneException">There are fewer than three rows, or too many, or fewer neighbours than are asked for.</exception>
    public static OutlierReport Of(EmbeddedTexts texts, int? neighbours, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count < 3)
            throw new HoneException(Text.Of($"{Text.Counted(texts.Count, "row is too few", "rows are too few")} to have outliers; it takes 3.", $"{texts.Count} 行数据太少，无法判断离群；至少需要 3 行。"));
        if (texts.Count > MostRows)
            throw new HoneException(Text.Of($"{texts.Count} rows are too many to compare each with each; at most {MostRows}. Take a sample: hone data sample", $"{texts.Count} 行数据过多，无法两两比较；最多 {MostRows} 行。请先抽样：hone data sample"));
        if (neighbours >= texts.Count)
            throw new HoneException(Text.Of($"{neighbours} neighbours were asked for, and each of the {texts.Count} rows has {texts.Count - 1} others. Ask for at most {texts.Count - 1}.", $"要求 {neighbours} 个近邻，而 {texts.Count} 行中每行只有 {texts.Count - 1} 个其他行。最多可要求 {texts.Count - 1} 个。"));
        int count = neighbours ?? Math.Min(DefaultNeighbours, texts.Count - 1);
        Neighbour[][] near = Analysis.Neighbours.OfEach(texts.Points, count, PointMetric.Cosine, cancel);
        double[] factors = LocalOutliers.Factors(near);
        OutlierScore[] scores = [.. near.Select((ones, row) => new OutlierScore(row, texts.Rows[row].Line, factors[row], ones.Average(one => one.Distance)))];
        return new OutlierReport(texts.Count, count, LocalOutliers.Threshold, factors.Count(factor => factor > LocalOutliers.Threshold), scores);
    }

    /// <summary>The rows with the largest factors.</summary>
    public IReadOnlyList<OutlierScore> Worst(int count) => [.. Scores.OrderByDescending(score => score.Factor).Take(count)];

    /// <summary>What was found, for people.</summary>
    public string Sentence() => Text.Of(
        Invariant($"{Outliers:N0} of {Rows:N0} rows are outliers: their local outlier factor, by {Neighbours} neighbours, is above {Threshold}."),
        Invariant($"{Rows:N0} 行中有 {Outliers:N0} 行离群：按 {Neighbours} 个近邻计算的局部离群因子大于 {Threshold}。"));

    /// <summary>The outliers among the others on a map.</summary>
    /// <param name="name">Of the file.</param>
    /// <param name="count">How many of the worst are listed.</param>
    public MapContent Map(EmbeddedTexts texts, string name, int count)
    {
        ArgumentNullException.ThrowIfNull(texts);
        MapGroup[] groups = [new MapGroup(Text.Of("outliers", "离群")), new MapGroup(Text.Of("others", "其他"), IsBackground: true)];
        return new MapContent(Text.Of($"Outliers of {name}", $"{name} 的离群行"), groups, [.. Scores.Select(score => score.Factor > Threshold ? 0 : 1)], [Sentence()])
        {
            Tables = [(Text.Of("Farthest", "最离群的"), [
                [Text.Of("factor", "因子"), Text.Of("distance", "距离"), Text.Of("row", "行号"), Text.Of("text", "文本")],
                .. Worst(count).Select(score => new[] { Invariant($"{score.Factor:0.000}"), Invariant($"{score.Distance:0.000}"), Invariant($"{score.Index + 1}"), texts.Texts[score.Index] }),
            ])],
        };
    }
}
