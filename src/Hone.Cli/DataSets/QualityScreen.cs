using System.Text.Json.Nodes;
using Hone.Data.Formats;
using Hone.Data.Quality;
using static System.FormattableString;

namespace Hone.Cli.DataSets;

/// <summary>A score card on the screen: the three worst findings in full, the others in short.</summary>
static class QualityScreen
{
    const int InFull = 3;
    const int BarWidth = 20;

    public static void Show(QualityReport report, Output output)
    {
        string examples = string.Join(Text.Of(", ", "，"), report.Examples.Select(part => Invariant($"{part.Value:N0} {part.Key.Name()}")));
        output.Line();
        output.Line(Text.Of($"Score card ({examples} {(report.Examples.Values.Sum() == 1 ? "example" : "examples")})", $"评分卡（样本：{examples}）"));
        output.Table([.. report.Scores.Select(score => new[] { $"  {score.Key.Name()}", Invariant($"{score.Value,3}"), Bar(score.Value) })]);

        if (report.Findings.Count == 0)
            output.Line(Text.Of("Nothing was found that is worth a look.", "没有发现值得注意的问题。"));
        for (int i = 0; i < report.Findings.Count; i++)
        {
            if (i == 0)
                Head(Text.Of("The worst first", "最严重的问题"), output);
            if (i == InFull)
                Head(Text.Of("Further", "其他"), output);
            Show(i + 1, report.Findings[i], i < InFull ? int.MaxValue : 1, output);
        }
        ShowFigures(report.Figures, output);
    }

    public static void Show(FixedFile written, string path, Output output)
    {
        output.Line();
        output.Line(Text.Of(
            Invariant($"{path}: {Text.Counted(written.Kept, "example")} kept; left out: {written.Repeated:N0} repeated, {written.Leaked:N0} of the validation or test file"),
            Invariant($"{path}：保留 {written.Kept:N0} 个样本；去掉重复的 {written.Repeated:N0} 个、验证或测试文件中的 {written.Leaked:N0} 个")));
        output.Json(new JsonObject { ["path"] = Path.GetFullPath(path), ["kept"] = written.Kept, ["repeated"] = written.Repeated, ["leaked"] = written.Leaked });
    }

    public static void Show(MaskedFile masked, string path, Output output)
    {
        output.Line();
        output.Line(Text.Of(
            Invariant($"{path}: {Text.Counted(masked.Examples, "example")}, {Text.Counted(masked.Values, "value")} masked in {masked.Masked:N0} of them"),
            Invariant($"{path}：{masked.Examples:N0} 个样本，其中 {masked.Masked:N0} 个共遮盖了 {masked.Values:N0} 处")));
        output.Json(new JsonObject { ["path"] = Path.GetFullPath(path), ["examples"] = masked.Examples, ["masked_examples"] = masked.Masked, ["masked_values"] = masked.Values });
    }

    static void Head(string text, Output output)
    {
        output.Line();
        output.Line(text);
    }

    static void Show(int number, QualityFinding finding, int places, Output output)
    {
        string word = finding.Severity == Severity.Error ? Text.Of("error", "错误") : Text.Of("warning", "警告");
        output.Line($"{number}. {word} {finding.Code} · {finding.Area.Name()} −{finding.Deduction}");
        output.Line($"   {finding.What}");
        output.Line($"   → {finding.Fix}");
        foreach (QualityPlace place in finding.Places.Take(places))
        {
            string file = place.Part == DataPart.Train ? "" : place.Part.Name() + Text.Of(", ", "，");
            output.Line(Text.Of($"     {file}line {place.Line}: {place.Excerpt}", $"     {file}第 {place.Line} 行：{place.Excerpt}"));
        }
    }

    static void ShowFigures(IReadOnlyList<QualityFigure> figures, Output output)
    {
        if (figures.Count == 0)
            return;
        Head(Text.Of("Figures", "数据"), output);
        output.Table([.. figures.Select(figure => new[] { $"  {figure.Name}", figure.Shown })]);
    }

    static string Bar(int score)
    {
        int filled = score * BarWidth / 100;
        return new string('█', filled) + new string('░', BarWidth - filled);
    }
}
