using System.CommandLine;
using Hone.Data.Analysis.Reports;
using static System.FormattableString;

namespace Hone.Cli.Analysis;

/// <summary><c>hone outliers FILE</c>: rows unlike the others, which are mistakes, or the most interesting ones.</summary>
sealed class OutliersCommand
{
    readonly AnalysisInput _input = new();
    readonly AnalysisOutput _output = new();
    readonly Option<int> _neighbours = PositiveOption.Create("--neighbours", Text.Of("Nearest rows that a row is compared with", "每行与多少个最近的行比较"), OutlierReport.DefaultNeighbours, OutlierReport.MostNeighbours);
    readonly Option<int> _count = SearchCommand.CreateCount();

    public static Command Create() => new OutliersCommand().CreateCommand();

    Command CreateCommand()
    {
        Command command = _input.AddTo(new Command("outliers", Text.Of("Find rows unlike the others", "找出与众不同的行")));
        command.Add(_neighbours);
        command.Add(_count);
        _output.AddTo(command);
        return command.Does(Run);
    }

    void Run(ParseResult parse, Output output, CancellationToken cancel)
    {
        EmbeddedTexts texts = _input.Read(parse, _output, output, cancel);
        var report = OutlierReport.Of(texts, parse.CommandResult.IsGiven(_neighbours) ? parse.GetValue(_neighbours) : null, cancel);

        output.Line();
        output.Line(report.Sentence());
        OutlierScore[] worst = [.. report.Worst(parse.GetValue(_count)).Where(score => score.Factor > report.Threshold)];
        if (worst.Length > 0)
            output.Table([
                [Text.Of("factor", "因子"), Text.Of("distance", "距离"), Text.Of("row", "行号"), Text.Of("text", "文本")],
                .. worst.Select(score => Cells(score, texts)),
            ]);
        if (report.Outliers == 0)
        {
            OutlierScore oddest = report.Worst(1)[0];
            output.Line(Text.Of(
                $"The oddest is row {oddest.Index + 1:N0}, with a factor of {AnalysisScreen.Number(oddest.Factor)}.",
                $"最离群的是第 {oddest.Index + 1:N0} 行，因子为 {AnalysisScreen.Number(oddest.Factor)}。"));
        }
        else if (worst.Length < report.Outliers)
            output.Line(Text.Of(
                $"{report.Outliers - worst.Length:N0} more are not shown: -k {report.Outliers} shows all, and --out FILE writes every row with its factor.",
                $"另有 {report.Outliers - worst.Length:N0} 行未显示：-k {report.Outliers} 显示全部，--out 文件 写出每行及其因子。"));
        _output.Write(parse, texts, ["outlier_factor", "neighbour_distance", "is_outlier"],
            row => [report.Scores[row].Factor, report.Scores[row].Distance, report.Scores[row].Factor > report.Threshold], () => report.Map(texts, Path.GetFileName(_input.PathOf(parse)), parse.GetValue(_count)), output, cancel);
        output.Json(ReportJson.Of(report));
    }

    static string[] Cells(OutlierScore score, EmbeddedTexts texts) => [AnalysisScreen.Number(score.Factor), AnalysisScreen.Number(score.Distance), Invariant($"{score.Index + 1}"), AnalysisScreen.Short(texts.Texts[score.Index])];
}
