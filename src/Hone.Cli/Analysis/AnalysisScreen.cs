using Hone.Data.Analysis.Reports;
using Hone.Data.Endpoints;
using static System.FormattableString;

namespace Hone.Cli.Analysis;

/// <summary>How analyses show texts and numbers.</summary>
static class AnalysisScreen
{
    const int TextWidth = 100;

    /// <summary>A text on one line, cut to what a screen holds.</summary>
    public static string Short(string text)
    {
        string line = OneLine.Of(text, TextWidth);
        return ScreenWidth.Of(line) <= TextWidth ? line : ScreenWidth.Cut(line, TextWidth - 1) + "…";
    }

    public static string Number(double value) => Invariant($"{value:0.000}");

    /// <summary>Rows with their similarity.</summary>
    public static void Show(SearchReport report, Output output)
    {
        output.Line();
        output.Table([
            [Text.Of("similarity", "相似度"), Text.Of("row", "行号"), Text.Of("text", "文本")],
            .. report.Matches.Select(match => new[] { Number(match.Similarity), Invariant($"{match.Index + 1}"), Short(match.Text) }),
        ]);
    }
}
