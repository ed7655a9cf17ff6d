using System.CommandLine;
using Hone.Data.Analysis.Reports;
using Hone.Data.Vectors;

namespace Hone.Cli.Analysis;

/// <summary><c>hone search FILE "query"</c>: the rows of a file, or the records of an index, that say what is looked for, in whatever words.</summary>
sealed class SearchCommand
{
    const int DefaultCount = 10;

    readonly AnalysisInput _input = new();
    readonly AnalysisOutput _output = new();
    readonly Argument<string> _query = new Argument<string>("QUERY") { Description = Text.Of("What to look for, as a text", "要查找的内容，用文字描述") }.NotEmpty();
    readonly Option<int> _count = CreateCount();

    public static Command Create() => new SearchCommand().CreateCommand();

    /// <summary><c>-k N</c>: how many rows are shown.</summary>
    public static Option<int> CreateCount()
    {
        Option<int> count = PositiveOption.Create("--count", Text.Of("How many rows to show", "显示多少行"), DefaultCount);
        count.Aliases.Add("-k");
        return count;
    }

    Command CreateCommand()
    {
        Command command = _input.AddTo(new Command("search", Text.Of("Find rows of a file, or records of an index (KIND:ADDRESS/COLLECTION), by what they mean", "按含义查找文件中的行，或索引（KIND:ADDRESS/COLLECTION）中的记录")));
        command.Add(_query);
        command.Add(_count);
        _output.AddTo(command);
        return command.Does(Run);
    }

    void Run(ParseResult parse, Output output, CancellationToken cancel)
    {
        string query = parse.GetRequiredValue(_query);
        if (IndexSearch.IsPlace(_input.PathOf(parse)))
        {
            IndexSearch.RunAsync(_input.PathOf(parse), (model, dimensions) => Embed(parse, model, dimensions, output, cancel), parse.GetValue(_count), _input.TextColumnOfIndex(parse, _count), output, cancel).GetAwaiter().GetResult();
            return;
        }
        EmbeddedTexts texts = _input.Read(parse, _output, output, cancel);
        float[] vector = Embed(parse, texts.Model, texts.Points.Dimensions, output, cancel);

        SearchReport report = SearchReport.Of(texts, vector, parse.GetValue(_count));
        AnalysisScreen.Show(report, output);
        _output.Write(parse, texts, report, () => report.Map(texts, Text.Of($"Search for: {query}", $"搜索：{query}"), []), output, cancel);
        output.Json(ReportJson.Of(report));
    }

    float[] Embed(ParseResult parse, VectorModel? model, int dimensions, Output output, CancellationToken cancel) =>
        _input.Embed(parse, [parse.GetRequiredValue(_query)], model, dimensions, _ => Text.Of("The query", "查询"), output, cancel)[0];
}
