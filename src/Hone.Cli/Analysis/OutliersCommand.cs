using System.CommandLine;
using Hone.Data.Analysis.Reports;
using static System.FormattableString;

namespace Hone.Cli.Analysis;

/// <summary><c>hone outliers FILE</c>: rows unlike the others, which are mistakes, or the most interesting ones.</summary>
sealed class OutliersCommand
{
    readonly AnalysisInput _input = new();
    readonly AnalysisOutput _output = new();
    readonly Option<int> _neighbours = PositiveOption.Create("--neighbours", Text.Of("Nearest rows that a row is compared with", "每行与多少个最近的行比较"), OutlierReport.DefaultNeighbours);
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
        _output.Check(parse, _input.PathOf(parse));
        EmbeddedTexts texts = _input.Read(parse, output, cancel);
        var report = OutlierReport.Of(texts, parse.GetValue(_neighbours), cancel);
        OutlierScore[] worst = [.. report.Scores.OrderByDescending(score => score.Factor).Take(parse.GetValue(_count))];

        output.Line();
        output.Line(SentenceOf(report));
        output.Table([
            [Text.Of("factor", "因子"), Text.Of("distance", "距离"), Text.Of("line", "行"), Text.Of("text", "文本")],
            .. worst.Select(score => Cells(score, texts)),
        ]);
        _output.Write(parse, texts, ["outlier_factor", "neighbour_distance", "is_outlier"],
            row => [report.Scores[row].Factor, report.Scores[row].Distance, report.Scores[row].Factor > report.Threshold], () => Map(report, worst, texts, _input.PathOf(parse)), output, cancel);
        output.Json(ReportJson.Of(report));
    }

    static string[] Cells(OutlierScore score, EmbeddedTexts texts) => [AnalysisScreen.Number(score.Factor), AnalysisScreen.Number(score.Distance), Invariant($"{score.Line}"), AnalysisScreen.Short(texts.Texts[score.Row])];

    static string SentenceOf(OutlierReport report) => Text.Of(
        Invariant($"{report.Outliers:N0} of {report.Rows:N0} rows are outliers: their local outlier factor, by {report.Neighbours} neighbours, is above {report.Threshold}."),
        Invariant($"{report.Rows:N0} 行中有 {report.Outliers:N0} 行离群：按 {report.Neighbours} 个近邻计算的局部离群因子大于 {report.Threshold}。"));

    static MapContent Map(OutlierReport report, OutlierScore[] worst, EmbeddedTexts texts, string path) =>
        new(
            Text.Of($"Outliers of {Path.GetFileName(path)}", $"{Path.GetFileName(path)} 的离群行"),
            [new MapGroup(Text.Of("outliers", "离群")), new MapGroup(Text.Of("others", "其他"), IsBackground: true)],
            [.. report.Scores.Select(score => score.Factor > report.Threshold ? 0 : 1)],
            [SentenceOf(report)])
        {
            Tables = [(Text.Of("Farthest", "最离群的"), [[Text.Of("factor", "因子"), Text.Of("distance", "距离"), Text.Of("line", "行"), Text.Of("text", "文本")], .. worst.Select(score => Cells(score, texts))])],
        };
}
