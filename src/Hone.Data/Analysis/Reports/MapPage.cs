using System.Globalization;
using System.Text;
using Hone.Data.Analysis.Maps;
using Hone.Data.Checks.Reports;
using Hone.Data.Endpoints;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Analysis.Reports;

/// <summary>A group of rows that a map shows in one colour.</summary>
/// <param name="IsBackground">Whether it is what the others stand out from: drawn first, in grey.</param>
public sealed record MapGroup(string Name, bool IsBackground = false);

/// <summary>What a map shows.</summary>
/// <param name="Groups">In the order of the legend.</param>
/// <param name="GroupOf">The number of the group of each row.</param>
/// <param name="Sentences">What was found, above the maps.</param>
public sealed record MapContent(string Title, IReadOnlyList<MapGroup> Groups, IReadOnlyList<int> GroupOf, IReadOnlyList<string> Sentences)
{
    /// <summary>Tables under the maps, each with its heads first.</summary>
    public IReadOnlyList<(string Title, IReadOnlyList<string[]> Rows)> Tables { get; init; } = [];
}

/// <summary>Rows as dots on two maps, by principal components and by neighbours, in one HTML file: SVG without scripts, with a legend and a text under each dot.</summary>
public static class MapPage
{
    const int Side = 640;
    const int Margin = 12;
    const int LongestText = 240;
    const int MostTableRows = 200;

    const string Style = """
        svg.map { border: 1px solid var(--line); border-radius: 6px; } svg.map circle { fill-opacity: .75; } svg.map circle:hover { stroke: var(--ink); stroke-width: 2; fill-opacity: 1; }
        ul.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; } ul.legend svg { width: .8em; height: .8em; }
        """;

    public static string Of(EmbeddedTexts texts, MapContent content, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(content);
        int[] rows = SampledRows.Of(texts.Count, NeighbourMap.MostPoints, seed: 1);
        Points points = texts.Points.Take(rows);
        StringBuilder page = new();
        HtmlPage.Begin(page, content.Title, Style);
        foreach (string sentence in content.Sentences)
            page.Append(CultureInfo.InvariantCulture, $"<p>{HtmlPage.Escaped(sentence)}</p>\n");
        if (rows.Length < texts.Count)
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{HtmlPage.Escaped(Text.Of(Invariant($"The maps show {rows.Length:N0} of {texts.Count:N0} rows, chosen by chance."), Invariant($"图中为随机抽取的 {rows.Length:N0} 行，共 {texts.Count:N0} 行。")))}</p>\n");
        AddLegend(page, content);
        if (rows.Length < NeighbourMap.FewestPoints)
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{HtmlPage.Escaped(Text.Of("There are too few rows for a map.", "数据行太少，无法绘图。"))}</p>\n");
        else
        {
            AddMap(page, Text.Of("Neighbours (t-SNE): near dots say similar things; the distance between far ones means nothing", "近邻图（t-SNE）：相近的点意思相近；远处点之间的距离没有意义"), NeighbourMap.Of(points, PointMetric.Cosine, cancel), rows, texts, content);
            AddMap(page, Text.Of("Principal components (PCA): the two directions in which the texts differ most", "主成分图（PCA）：文本差异最大的两个方向"), PrincipalComponents.Project(points, 2, cancel), rows, texts, content);
        }
        AddTables(page, content);
        return HtmlPage.End(page);
    }

    static void AddLegend(StringBuilder page, MapContent content)
    {
        if (content.Groups.Count < 2)
            return;
        page.Append("<ul class=\"legend\">\n");
        for (int group = 0; group < content.Groups.Count; group++)
        {
            int count = content.GroupOf.Count(number => number == group);
            page.Append(CultureInfo.InvariantCulture, $"<li><svg viewBox=\"0 0 10 10\"><circle cx=\"5\" cy=\"5\" r=\"5\" fill=\"{Colour(content.Groups, group)}\"/></svg> {HtmlPage.Escaped(content.Groups[group].Name)} <span class=\"soft\">{count:N0}</span></li>\n");
        }
        page.Append("</ul>\n");
    }

    static void AddMap(StringBuilder page, string title, Points map, int[] rows, EmbeddedTexts texts, MapContent content)
    {
        (double left, double width) = Range(map, 0);
        (double bottom, double height) = Range(map, 1);
        page.Append(CultureInfo.InvariantCulture, $"<h2>{HtmlPage.Escaped(title)}</h2>\n<svg class=\"map\" viewBox=\"0 0 {Side} {Side}\" role=\"img\">\n");
        double radius = rows.Length > 1000 ? 2.5 : 4;
        foreach (int i in Enumerable.Range(0, rows.Length).OrderBy(i => content.Groups[content.GroupOf[rows[i]]].IsBackground ? 0 : 1))
        {
            int group = content.GroupOf[rows[i]];
            double x = Margin + ((Side - (2 * Margin)) * (map.Row(i)[0] - left) / width);
            double y = Side - Margin - ((Side - (2 * Margin)) * ((map.Dimensions > 1 ? map.Row(i)[1] : 0) - bottom) / height);
            page.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius}\" fill=\"{Colour(content.Groups, group)}\"><title>{HtmlPage.Escaped(TitleOf(texts, rows[i], content.Groups[group]))}</title></circle>\n");
        }
        page.Append("</svg>\n");
    }

    static (double Low, double Width) Range(Points map, int axis)
    {
        if (axis >= map.Dimensions)
            return (-0.5, 1);
        double[] values = [.. Enumerable.Range(0, map.Count).Select(i => (double)map.Row(i)[axis])];
        return (values.Min(), Math.Max(values.Max() - values.Min(), 1e-9));
    }

    static string TitleOf(EmbeddedTexts texts, int row, MapGroup group)
    {
        string number = Text.Of(Invariant($"row {row + 1}"), Invariant($"第 {row + 1} 行"));
        return $"{number} · {group.Name}\u2002{OneLine.Of(texts.Texts[row], LongestText)}".TrimEnd();
    }

    static void AddTables(StringBuilder page, MapContent content)
    {
        foreach ((string title, IReadOnlyList<string[]> rows) in content.Tables)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{HtmlPage.Escaped(title)}</h2>\n");
            HtmlPage.AddTable(page, rows[0], rows.Skip(1).Take(MostTableRows).Select(row => row.Select(cell => OneLine.Of(cell, LongestText)).ToArray()), firstNumber: rows[0].Length);
            if (rows.Count - 1 > MostTableRows)
                page.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{HtmlPage.Escaped(Text.Of(Invariant($"and {rows.Count - 1 - MostTableRows:N0} more"), Invariant($"另有 {rows.Count - 1 - MostTableRows:N0} 行")))}</p>\n");
        }
    }

    /// <summary>Colours far from one another: the golden angle from hue to hue, lighter and darker in turns.</summary>
    static string Colour(IReadOnlyList<MapGroup> groups, int group) =>
        groups[group].IsBackground ? "#9aa5b4" : Invariant($"hsl({(210 + (137.508 * group)) % 360:0} 70% {(group % 2 == 0 ? 48 : 60)}%)");
}
