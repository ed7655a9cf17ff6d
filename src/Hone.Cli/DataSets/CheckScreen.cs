using Hone.Data.Checks;
using Hone.Data.Checks.Reports;
using Hone.Data.Formats;
using static System.FormattableString;

namespace Hone.Cli.DataSets;

/// <summary>A report as text on the screen.</summary>
static class CheckScreen
{
    const int MostClasses = 12;

    public static void Show(CheckReport report, Output output)
    {
        string kind = CheckNumbers.KindOf(report);
        output.Line(Text.Of(
            Invariant($"{report.File}: {kind}, examples: {report.Examples:N0}, {Quantity.Bytes(report.Bytes)}"),
            Invariant($"{report.File}：{kind}，样本：{report.Examples:N0}，{Quantity.Bytes(report.Bytes)}")));
        if (report.ExamplesWithErrors > 0)
            output.Line(Text.Of(
                Invariant($"Examples with errors: {report.ExamplesWithErrors:N0}; the numbers below are those of the others."),
                Invariant($"有错误的样本：{report.ExamplesWithErrors:N0}；下面的数字只统计其余样本。")));
        foreach (FindingGroup group in report.Findings)
            Show(group, output);
        if (report.Findings.Count == 0)
            output.Line(Text.Of("No errors, no warnings.", "没有错误，也没有警告。"));
        ShowNumbers(report, output);
        ShowClasses(report.Classes, output);
        if (report.Model is { } model)
        {
            output.Line();
            foreach (string sentence in CheckNumbers.Training(report, model))
                output.Line(sentence);
        }
        if (report.Tokens is { } tokens)
            ShowCosts(report, tokens, output);
        output.Line();
        output.Line(Text.Of(Invariant($"Errors: {report.Errors:N0}, warnings: {report.Warnings:N0}."), Invariant($"错误：{report.Errors:N0}，警告：{report.Warnings:N0}。")));
    }

    static void Show(FindingGroup group, Output output)
    {
        string word = group.Severity == Severity.Error ? Text.Of("error", "错误") : Text.Of("warning", "警告");
        output.Line();
        output.Line(Invariant($"{word} {group.Code}: {group.Count:N0}"));
        foreach (Finding finding in group.Shown)
        {
            string line = finding.Line == 0 ? "" : Text.Of($"line {finding.Line}", $"第 {finding.Line} 行");
            if (finding.What.StartsWith(line, StringComparison.OrdinalIgnoreCase))
                line = ""; // What is wrong with a row says where it stands.
            string place = string.Join("  ", new[] { line, finding.Field ?? "" }.Where(part => part.Length > 0));
            output.Line($"  {(place.Length == 0 ? "" : place + Text.Of(": ", "："))}{finding.What}{Text.Of(". ", "。")}{Sentence(finding.Fix)}");
        }
        if (group.Count > group.Shown.Count)
            output.Line(Text.Of(Invariant($"  and {group.Count - group.Shown.Count:N0} more"), Invariant($"  另有 {group.Count - group.Shown.Count:N0} 处")));
    }

    /// <summary>A command that a sentence begins with stays as it is typed.</summary>
    static string Sentence(string text) => (text.StartsWith("hone ", StringComparison.Ordinal) ? text : char.ToUpperInvariant(text[0]) + text[1..]) + Text.Of(".", "。");

    static void ShowNumbers(CheckReport report, Output output)
    {
        List<string[]> rows = [.. CheckNumbers.Of(report).Select(row => (string[])[row.Name, .. CheckNumbers.Cells(row.Numbers)])];
        if (rows.Count == 0)
            return;
        output.Line();
        output.Table([[Text.Of("per example", "每个样本"), .. CheckNumbers.Heads], .. rows]);
        if (report.Pairs?.Scores is { } scores)
            output.Line(CheckNumbers.Scores(scores));
        if (report.Messages is not null)
            output.Line(CheckNumbers.Missing(report));
    }

    static void ShowClasses(IReadOnlyList<ClassSummary> classes, Output output)
    {
        if (classes.Count == 0)
            return;
        long all = classes.Sum(one => one.Count);
        output.Line();
        output.Line(Text.Of($"{classes.Count:N0} classes", $"{classes.Count:N0} 个类别"));
        output.Table([.. classes.Take(MostClasses).Select(one => (string[])["  " + string.Concat(one.Name.Select(character => char.IsControl(character) ? ' ' : character)), Invariant($"{one.Count:N0}"), Invariant($"{100.0 * one.Count / all:0.0} %")])]);
        if (classes.Count > MostClasses)
            output.Line(Text.Of($"  and {Text.Counted(classes.Count - MostClasses, "smaller one")}", $"  另有 {classes.Count - MostClasses:N0} 个更小的类别"));
    }

    static void ShowCosts(CheckReport report, TokenSummary tokens, Output output)
    {
        output.Line();
        output.Line(CheckNumbers.Billing(report, tokens));
        output.Table([CheckNumbers.CostHeads(tokens), .. tokens.Costs.Select(CheckNumbers.Cells)]);
        output.Line(CheckNumbers.PriceNote(tokens));
        if (CheckNumbers.EndedNote(tokens, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime)) is { } ended)
            output.Line(ended);
    }
}
