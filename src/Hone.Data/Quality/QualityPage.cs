using System.Globalization;
using System.Text;
using Hone.Data.Checks;
using Hone.Data.Checks.Reports;
using Hone.Data.Formats;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality;

/// <summary>A score card as one HTML page in the language in use, without scripts and without anything from elsewhere.</summary>
public static class QualityPage
{
    /// <param name="name">Of the training file, for the title.</param>
    public static string Of(QualityReport report, string name)
    {
        ArgumentNullException.ThrowIfNull(report);
        StringBuilder page = new();
        HtmlPage.Begin(page, Text.Of($"Quality of {name}", $"{name} 的质量报告"));
        AddVerdict(page, report);
        HtmlPage.AddPlot(page, Text.Of("Scores", "得分"), CheckPlots.Bars([.. report.Scores.Select(score => (score.Key.Name(), score.Value / 100.0, Invariant($"{score.Value}")))]));
        for (int i = 0; i < report.Findings.Count; i++)
            AddFinding(page, i + 1, report.Findings[i]);
        AddFigures(page, report);
        AddPlots(page, report);
        return HtmlPage.End(page);
    }

    static void AddVerdict(StringBuilder page, QualityReport report)
    {
        (string style, string verdict) = report switch
        {
            { IsUsable: false } => ("error", Text.Of("This data should not be trained on as it is.", "这些数据目前不应用于训练。")),
            { Findings.Count: > 0 } => ("warning", Text.Of("This data can be trained on; the worst findings come first.", "这些数据可以训练；最严重的问题排在最前。")),
            _ => ("soft", Text.Of("Nothing was found that is worth a look.", "没有发现值得注意的问题。")),
        };
        string examples = string.Join(Text.Of(", ", "，"), report.Examples.Select(part => Invariant($"{part.Key.Name()} {part.Value:N0}")));
        AddText(page, verdict, $"verdict {style}");
        AddText(page, Text.Of($"Examples: {examples}. The score is that of the weakest side: {report.Score} of 100.", $"样本：{examples}。得分为最弱一面的得分：{report.Score}（满分 100）。"));
    }

    static void AddFinding(StringBuilder page, int number, QualityFinding finding)
    {
        (string style, string word) = finding.Severity == Severity.Error ? ("error", Text.Of("error", "错误")) : ("warning", Text.Of("warning", "警告"));
        page.Append(CultureInfo.InvariantCulture, $"<h2 class=\"{style}\">{number}. {HtmlPage.Escaped(word)} <code>{HtmlPage.Escaped(finding.Code)}</code> · {HtmlPage.Escaped(finding.Area.Name())} −{finding.Deduction}</h2>\n");
        AddText(page, finding.What);
        AddText(page, finding.Fix);
        if (finding.Places.Count > 0)
            HtmlPage.AddTable(
                page,
                [Text.Of("file", "文件"), Text.Of("line", "行"), Text.Of("example", "样本")],
                finding.Places.Select(place => (string[])[place.Part.Name(), Invariant($"{place.Line}"), place.Excerpt]),
                firstNumber: 3);
    }

    static void AddFigures(StringBuilder page, QualityReport report)
    {
        if (report.Figures.Count == 0)
            return;
        page.Append(CultureInfo.InvariantCulture, $"<h2>{HtmlPage.Escaped(Text.Of("Figures", "数据"))}</h2>\n");
        HtmlPage.AddTable(page, ["", ""], report.Figures.Select(figure => (string[])[figure.Name, figure.Shown]), firstNumber: 1);
    }

    static void AddPlots(StringBuilder page, QualityReport report)
    {
        if (report.Classes.Count > 0)
        {
            ClassSummary[] shown = [.. report.Classes.Take(CheckPlots.MostClasses)];
            HtmlPage.AddPlot(page, Text.Of("Class balance", "类别分布"), CheckPlots.Balance(shown));
            if (shown.Length < report.Classes.Count)
                AddText(page, Text.Of($"and {Text.Counted(report.Classes.Count - shown.Length, "smaller class", "smaller classes")}", $"另有 {report.Classes.Count - shown.Length} 个更小的类别"), "soft");
        }
        if (report.PromptLengths is { } prompts)
            HtmlPage.AddPlot(page, Text.Of("Characters of a prompt", "提示的字符数"), CheckPlots.Histogram(prompts));
        if (report.AnswerLengths is { } answers)
            HtmlPage.AddPlot(page, Text.Of("Characters of an answer", "回答的字符数"), CheckPlots.Histogram(answers));
    }

    static void AddText(StringBuilder page, string text, string style = "") =>
        page.Append(CultureInfo.InvariantCulture, $"<p{(style.Length > 0 ? $" class=\"{style}\"" : "")}>{HtmlPage.Escaped(text)}</p>\n");
}
