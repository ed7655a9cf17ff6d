using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Data.Analysis;
using Hone.Data.Analysis.Reports;
using static System.FormattableString;

namespace Hone.Cli.Analysis;

/// <summary><c>hone diversity FILE</c>: how different the rows are from one another.</summary>
sealed class DiversityCommand
{
    const int BarWidth = 40;

    readonly AnalysisInput _input = new();
    readonly AnalysisOutput _output = new();
    readonly Option<ulong> _seed = AnalysisSeed.Create();

    public static Command Create() => new DiversityCommand().CreateCommand();

    Command CreateCommand()
    {
        Command command = _input.AddTo(new Command("diversity", Text.Of("Measure how different the rows are", "衡量数据的多样性")));
        command.Add(_seed);
        _output.AddTo(command);
        return command.Does(Run);
    }

    void Run(ParseResult parse, Output output, CancellationToken cancel)
    {
        _output.Check(parse, _input.PathOf(parse));
        EmbeddedTexts texts = _input.Read(parse, output, cancel);
        var report = DiversityReport.Of(texts, parse.GetValue(_seed), cancel);

        output.Line();
        foreach (string sentence in Sentences(report))
            output.Line(sentence);
        output.Line();
        output.Line(Text.Of("Distances between rows, and how many pairs have them:", "行与行之间的距离，以及具有该距离的行对数："));
        long most = report.Distances.Bars.Max(bar => bar.Count);
        output.Table([.. report.Distances.Bars.Select(bar => new[] { RangeOf(bar), new string('█', (int)(BarWidth * bar.Count / most)), Invariant($"{bar.Count:N0}") })]);
        _output.Write(parse, texts, ["topic"], row => [TopicOf(report, row)], () => Map(report, _input.PathOf(parse)), output, cancel);
        output.Json(ReportJson.Of(report));
    }

    static JsonNode TopicOf(DiversityReport report, int row) => report.Assignments[row];

    static string RangeOf(DistanceBar bar) => Invariant($"{bar.From:0.00}–{bar.To:0.00}");

    static IEnumerable<string> Sentences(DiversityReport report)
    {
        DistanceSummary distances = report.Distances;
        yield return Text.Of(
            Invariant($"Cosine distance of two rows: mean {distances.Mean:0.000}, median {distances.Median:0.000}, from {distances.Min:0.000} to {distances.Max:0.000} ({distances.Pairs:N0} pairs{(distances.IsSample ? " by chance" : "")})."),
            Invariant($"两行之间的余弦距离：均值 {distances.Mean:0.000}，中位数 {distances.Median:0.000}，从 {distances.Min:0.000} 到 {distances.Max:0.000}（{distances.Pairs:N0} 对{(distances.IsSample ? "，随机抽取" : "")}）。"));
        yield return Text.Of(
            Invariant($"As diverse as {report.VendiScore:0.0} wholly different texts (Vendi score{(report.IsVendiSampled ? Invariant($" of a sample of {Diversity.MostPointsOfScore:N0} rows") : "")})."),
            Invariant($"多样性相当于 {report.VendiScore:0.0} 个完全不同的文本（Vendi 分数{(report.IsVendiSampled ? Invariant($"，抽样 {Diversity.MostPointsOfScore:N0} 行") : "")}）。"));
        yield return Text.Of(
            Invariant($"Topics: {report.Topics.Count}, as diverse as {report.EffectiveTopics:0.0} of one size."),
            Invariant($"主题：{report.Topics.Count} 个，相当于 {report.EffectiveTopics:0.0} 个同样大小的主题。"));
    }

    static MapContent Map(DiversityReport report, string path) =>
        new(
            Text.Of($"Diversity of {Path.GetFileName(path)}", $"{Path.GetFileName(path)} 的多样性"),
            [.. report.Topics.Select(topic => new MapGroup($"{topic.Cluster}: {topic.Label}"))],
            report.Assignments,
            [.. Sentences(report)])
        {
            Tables = [(Text.Of("Distances between rows", "行与行之间的距离"), [[Text.Of("distance", "距离"), Text.Of("pairs", "行对数")], .. report.Distances.Bars.Select(bar => new[] { RangeOf(bar), Invariant($"{bar.Count:N0}") })])],
        };
}
