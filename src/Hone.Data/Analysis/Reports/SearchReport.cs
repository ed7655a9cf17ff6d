using Hone.Engine;

namespace Hone.Data.Analysis.Reports;

/// <summary>A row that is near what was looked for.</summary>
/// <param name="Index">Where it stands among the rows, from 0; people count from 1.</param>
/// <param name="Line">Where it stands in its file.</param>
/// <param name="Similarity">The cosine, from −1 to 1.</param>
public sealed record SearchMatch(int Index, int Line, double Similarity, string Text);

/// <summary>The rows nearest to a query, or to other rows: the nearest first.</summary>
/// <param name="Rows">How many were looked at.</param>
public sealed record SearchReport(int Rows, IReadOnlyList<SearchMatch> Matches)
{
    /// <summary>The rows nearest to a vector.</summary>
    /// <param name="query">Of length 1.</param>
    /// <param name="isWanted">Which rows may be among them; null for all.</param>
    public static SearchReport Of(EmbeddedTexts texts, ReadOnlySpan<float> query, int count, Func<int, bool>? isWanted = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        Require(texts, query.Length);
        Neighbour[] near = Neighbours.Of(texts.Points, query, count, PointMetric.Cosine, isWanted);
        return new SearchReport(texts.Count, [.. near.Select(one => new SearchMatch(one.Index, texts.Rows[one.Index].Line, 1 - one.Distance, texts.Texts[one.Index]))]);
    }

    /// <summary>Rows for somebody who liked other rows: the nearest to the middle of these, which are not among them.</summary>
    /// <param name="liked">At least one.</param>
    public static SearchReport Recommend(EmbeddedTexts texts, IReadOnlyCollection<int> liked, int count)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(liked);
        var sum = new float[texts.Points.Dimensions];
        foreach (int row in liked)
            for (int j = 0; j < sum.Length; j++)
                sum[j] += texts.Points.Row(row)[j];
        Points middle = Points.Of([sum], _ => "").Unit(_ => Text.Of("The middle of the items", "这些条目的中心"));
        HashSet<int> known = [.. liked];
        return Of(texts, middle.Row(0), count, row => !known.Contains(row));
    }

    /// <summary>The found rows, those that were asked about, and the others on a map.</summary>
    public MapContent Map(EmbeddedTexts texts, string title, IReadOnlyCollection<int> asked)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(asked);
        HashSet<int> found = [.. Matches.Select(match => match.Index)];
        HashSet<int> items = [.. asked];
        List<MapGroup> groups = [new MapGroup(Text.Of("found", "找到的")), new MapGroup(Text.Of("others", "其他"), IsBackground: true)];
        if (items.Count > 0)
            groups.Add(new MapGroup(Text.Of("asked about", "所问的")));
        return new MapContent(title, groups, [.. Enumerable.Range(0, texts.Count).Select(row => items.Contains(row) ? 2 : found.Contains(row) ? 0 : 1)], [])
        {
            Tables = [(Text.Of("Found", "找到的"), [[Text.Of("similarity", "相似度"), Text.Of("text", "文本")], .. Matches.Select(match => new[] { FormattableString.Invariant($"{match.Similarity:0.000}"), match.Text })])],
        };
    }

    static void Require(EmbeddedTexts texts, int length)
    {
        if (length != texts.Points.Dimensions)
            throw new HoneException(Text.Of(
                $"The query's vector has {length} numbers and those of the rows have {texts.Points.Dimensions}: they are of other models. Name the model of the rows, or its dimensions.",
                $"查询向量为 {length} 维，而各行的向量为 {texts.Points.Dimensions} 维：来自不同的模型。请指定各行所用的模型或维数。"));
    }
}
