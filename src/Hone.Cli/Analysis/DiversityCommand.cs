using System.CommandLine;
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
        EmbeddedTexts texts = _input.Read(parse, _output, output, cancel);
        var report = DiversityReport.Of(texts, parse.GetValue(_seed), cancel);

        output.Line();
        foreach (string sentence in report.Sentences())
            output.Line(sentence);
        output.Line();
        output.Line(Text.Of("Distances between rows, and how many pairs have them:", "行与行之间的距离，以及具有该距离的行对数："));
        long most = report.Distances.Bars.Max(bar => bar.Count);
        output.Table([.. report.Distances.Bars.Select(bar => new[] { bar.Range, new string('█', (int)(BarWidth * bar.Count / most)), Invariant($"{bar.Count:N0}") })]);
        _output.Write(parse, texts, ["topic"], row => [report.Assignments[row]], () => report.Map(Path.GetFileName(_input.PathOf(parse))), output, cancel);
        output.Json(ReportJson.Of(report));
    }
}
