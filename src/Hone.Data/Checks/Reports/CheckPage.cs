using System.Globalization;
using System.Text;
using Hone.Data.Formats;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Checks.Reports;

/// <summary>A report as one HTML page in the language in use, without scripts and without anything from elsewhere. Whatever comes from the file is escaped.</summary>
public static class CheckPage
{
    public static string Of(CheckReport report)
    {
        StringBuilder page = new();
        string title = Text.Of($"Check of {report.File}", $"{report.File} 的检查报告");
        HtmlPage.Begin(page, title);
        AddVerdict(page, report);
        AddFindings(page, report);
        AddNumbers(page, report);
        AddPlots(page, report);
        AddTraining(page, report);
        AddCosts(page, report);
        return HtmlPage.End(page);
    }

    static void AddVerdict(StringBuilder page, CheckReport report)
    {
        (string style, string verdict) = report switch
        {
            { Errors: > 0 } => ("error", Text.Of("This file cannot be trained on as it is.", "该文件目前无法用于训练。")),
            { IsConverted: true } => ("warning", Text.Of("This file can be trained on once it is converted.", "该文件转换后可以用于训练。")),
            { Warnings: > 0 } => ("warning", Text.Of("This file can be trained on; a few things are worth a look.", "该文件可以训练；有些地方值得看一看。")),
            _ => ("soft", Text.Of("This file can be trained on.", "该文件可以训练。")),
        };
        string kind = CheckNumbers.KindOf(report);
        page.Append(CultureInfo.InvariantCulture, $"<p class=\"verdict {style}\">{HtmlPage.Escaped(verdict)}</p>\n<p>");
        page.Append(HtmlPage.Escaped(Text.Of(
            Invariant($"Examples: {report.Examples:N0} ({kind}), {report.Bytes:N0} bytes. Errors: {report.Errors:N0}, warnings: {report.Warnings:N0}."),
            Invariant($"样本：{report.Examples:N0}（{kind}），{report.Bytes:N0} 字节。错误：{report.Errors:N0}，警告：{report.Warnings:N0}。"))));
        if (report.ExamplesWithErrors > 0)
            page.Append(' ').Append(HtmlPage.Escaped(Text.Of(
                Invariant($"Examples with errors: {report.ExamplesWithErrors:N0}; the numbers below are those of the others."),
                Invariant($"有错误的样本：{report.ExamplesWithErrors:N0}；下面的数字只统计其余样本。"))));
        page.Append("</p>\n");
    }

    static void AddFindings(StringBuilder page, CheckReport report)
    {
        foreach (FindingGroup group in report.Findings)
        {
            string style = group.Severity == Severity.Error ? "error" : "warning";
            string word = group.Severity == Severity.Error ? Text.Of("error", "错误") : Text.Of("warning", "警告");
            page.Append(CultureInfo.InvariantCulture, $"<h2 class=\"{style}\">{HtmlPage.Escaped(word)} <code>{HtmlPage.Escaped(group.Code)}</code> × {group.Count:N0}</h2>\n");
            HtmlPage.AddTable(
                page,
                [Text.Of("line", "行"), Text.Of("field", "字段"), Text.Of("what is wrong", "问题"), Text.Of("what to do", "处理办法")],
                group.Shown.Select(finding => (string[])[finding.Line == 0 ? "" : Invariant($"{finding.Line}"), finding.Field ?? "", finding.What, finding.Fix]),
                firstNumber: 4);
            if (group.Count > group.Shown.Count)
                page.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{HtmlPage.Escaped(Text.Of($"and {group.Count - group.Shown.Count:N0} more", $"另有 {group.Count - group.Shown.Count:N0} 处"))}</p>\n");
        }
    }

    static void AddNumbers(StringBuilder page, CheckReport report)
    {
        List<string[]> rows = [.. CheckNumbers.Of(report).Select(row => (string[])[row.Name, .. CheckNumbers.Cells(row.Numbers)])];
        if (rows.Count == 0)
            return;
        page.Append(CultureInfo.InvariantCulture, $"<h2>{HtmlPage.Escaped(Text.Of("Per example", "每个样本"))}</h2>\n");
        HtmlPage.AddTable(page, ["", .. CheckNumbers.Heads], rows, firstNumber: 1);
        if (report.Pairs?.Scores is { } scores)
            page.Append(CultureInfo.InvariantCulture, $"<p>{HtmlPage.Escaped(CheckNumbers.Scores(scores))}</p>\n");
        if (report.Messages is not null)
            page.Append(CultureInfo.InvariantCulture, $"<p>{HtmlPage.Escaped(CheckNumbers.Missing(report))}</p>\n");
    }

    static void AddPlots(StringBuilder page, CheckReport report)
    {
        if ((report.Model?.Total ?? report.Tokens?.Total) is { } total)
            HtmlPage.AddPlot(page, Text.Of("Tokens per example", "每个样本的词元数"), CheckPlots.Histogram(total));
        if ((report.Model?.Targets ?? report.Tokens?.Assistant) is { } learned)
            HtmlPage.AddPlot(page, Text.Of("Tokens to learn per example", "每个样本要学习的词元数"), CheckPlots.Histogram(learned));
        foreach (TextLengths lengths in report.Pairs?.Characters ?? [])
            HtmlPage.AddPlot(page, Text.Of($"Characters of {lengths.Field}", $"{lengths.Field} 的字符数"), CheckPlots.Histogram(lengths.Characters));
        if (report.Classes.Count == 0)
            return;

        ClassSummary[] shown = [.. report.Classes.Take(CheckPlots.MostClasses)];
        HtmlPage.AddPlot(page, Text.Of("Class balance", "类别分布"), CheckPlots.Balance(shown));
        if (shown.All(one => one.Tokens is not null))
            HtmlPage.AddPlot(page, Text.Of("Tokens per example by class", "各类别样本的词元数"), CheckPlots.Lengths(shown));
        if (shown.Length < report.Classes.Count)
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{HtmlPage.Escaped(Text.Of($"and {report.Classes.Count - shown.Length} smaller classes", $"另有 {report.Classes.Count - shown.Length} 个更小的类别"))}</p>\n");
    }

    static void AddTraining(StringBuilder page, CheckReport report)
    {
        if (report.Model is not { } model)
            return;
        page.Append(CultureInfo.InvariantCulture, $"<h2>{HtmlPage.Escaped(Text.Of($"Training {model.Name} on this machine", $"在本机训练 {model.Name}"))}</h2>\n");
        foreach (string sentence in CheckNumbers.Training(report, model))
            page.Append(CultureInfo.InvariantCulture, $"<p>{HtmlPage.Escaped(sentence)}</p>\n");
    }

    static void AddCosts(StringBuilder page, CheckReport report)
    {
        if (report.Tokens is not { } tokens)
            return;
        page.Append(CultureInfo.InvariantCulture, $"<h2>{HtmlPage.Escaped(Text.Of("Cost at OpenAI", "在 OpenAI 的费用"))}</h2>\n<p>{HtmlPage.Escaped(CheckNumbers.Billing(report, tokens))}</p>\n");
        HtmlPage.AddTable(page, CheckNumbers.CostHeads(tokens), tokens.Costs.Select(CheckNumbers.Cells), firstNumber: 1);
        page.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{HtmlPage.Escaped(CheckNumbers.PriceNote(tokens))}</p>\n");
        if (CheckNumbers.EndedNote(tokens, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime)) is { } ended)
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{HtmlPage.Escaped(ended)}</p>\n");
    }
}
