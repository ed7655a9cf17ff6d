using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Sources;

namespace Hone.Cli.DataSets;

/// <summary>What commands that turn files into another one are told about the result: what its rows are to be, and where it goes.</summary>
/// <param name="ending">What the default name has behind that of the input, before its extension.</param>
sealed class DataTarget(string ending)
{
    static readonly string[] Kinds = ["chat", "completion", "preference"];
    static readonly string[] Tables = ["csv", "tsv", "json"];

    readonly DataOutput _output = new(ending);
    readonly Option<string?> _to = new("--to")
    {
        Description = Text.Of("Training lines of a kind (default: what suits the rows), or the rows as they are in a table", "训练样本的类型（默认由数据决定），或按原样输出为表格"),
        HelpName = string.Join('|', [.. Kinds, .. Tables]),
    };
    readonly Option<bool> _skipEmpty = DataInput.SkipEmptyOption();

    public void AddTo(Command command)
    {
        _to.AcceptOnlyFromAmong([.. Kinds, .. Tables]);
        command.Add(_to);
        command.Add(_skipEmpty);
        _output.AddTo(command);
    }

    /// <summary>Writes the rows of the sources, in their order, and says what became of them.</summary>
    /// <param name="choose">Which of all rows are written; null for all.</param>
    public void Write(ParseResult parse, DataInput input, IReadOnlyList<SourceFile> sources, Output output, CancellationToken cancel, Func<IEnumerable<JsonLine>, IEnumerable<JsonLine>>? choose = null)
    {
        string? to = parse.GetValue(_to);
        IEnumerable<JsonLine> rows;
        List<(SourceFile Source, EmptyCells Empty)> counted = [];
        DatasetKind? kind = null;
        IReadOnlyList<SourceFile> halved = [];
        if (Tables.Contains(to) && !input.HasTemplates(parse))
            rows = sources.SelectMany(source => source.Read());
        else
        {
            DatasetKind? wanted = Kinds.Contains(to) ? Enum.Parse<DatasetKind>(to!, ignoreCase: true) : null;
            RowMapping[] mappings = [.. sources.Select(source => input.Map(parse, source, output, wanted))];
            RequireOneKind(sources, mappings);
            kind = mappings[0].Kind;
            halved = [.. sources.Where((_, i) => mappings[i].LeavesOutRejected)];
            counted = [.. sources.Select(source => (source, new EmptyCells { AreSkipped = parse.GetValue(_skipEmpty) }))];
            rows = mappings.Zip(counted).SelectMany(pair => pair.First.Map(pair.Second.Source.Read(), pair.Second.Empty));
        }

        // Asked after the columns: who has a name wrong should hear of that first.
        string path = Tables.Contains(to) ? _output.PathOf(parse, sources, to!) : _output.PathOf(parse, sources);
        rows = choose is null ? rows : choose(rows);
        using RowWriter writer = Create(path, to, rows);
        writer.Write(rows, cancel);
        if (kind is null && sources.Count > 1)
            SayUnlike(sources, (writer as TableWriter)?.EmptyCells ?? 0, output);
        if (writer.Count == 0)
            throw new HoneException(Text.Of($"There is nothing to write: {sources[0].Path} has no rows that remain.", $"没有可写入的内容：{sources[0].Path} 没有剩余的行。"));
        writer.Keep();
        if (halved.Count > 0)
            SayHalved(halved, halved.Count == sources.Count ? writer.Count : null, output);
        Report(path, writer.Count, kind, counted, output);
    }

    /// <summary>Begins a file of rows: a table, a JSON list or, by default, JSON Lines.</summary>
    public static RowWriter Create(string path, string? to, IEnumerable<JsonLine> rows) =>
        to switch
        {
            "csv" => new TableWriter(path, ',', TableWriter.ColumnsOf(rows)),
            "tsv" => new TableWriter(path, '\t', TableWriter.ColumnsOf(rows)),
            "json" => new JsonListWriter(path),
            _ => new JsonLinesWriter(path),
        };

    /// <summary>Says of which files only the preferred answers were written.</summary>
    /// <param name="count">The examples of these files; null where others stand among them.</param>
    static void SayHalved(IReadOnlyList<SourceFile> halved, long? count, Output output)
    {
        string names = string.Join(Text.Of(", ", "、"), halved.Select(source => source.Path));
        output.Notice(count is { } examples
            ? Text.Of($"{names}: the rejected answers of {Text.Counted(examples, "example")} are left out; --to preference keeps them", $"{names}：略去了 {examples:N0} 个样本中不偏好的回答；--to preference 可保留")
            : Text.Of($"{names}: the rejected answers are left out; --to preference keeps them", $"{names}：略去了不偏好的回答；--to preference 可保留"), null);
    }

    /// <summary>Says which columns not all files have.</summary>
    static void SayUnlike(IReadOnlyList<SourceFile> sources, long emptyCells, Output output)
    {
        string List(IEnumerable<string> names) => string.Join(Text.Of(", ", "、"), names);
        var unlike = sources
            .SelectMany(source => source.Columns).Distinct()
            .GroupBy(column => List(sources.Where(source => source.Columns.Contains(column)).Select(source => source.Path)))
            .Where(columns => columns.Key != List(sources.Select(source => source.Path)));
        foreach (IGrouping<string, string> columns in unlike)
            output.Notice(Text.Of($"Only in {columns.Key}: {SourceNotes.List([.. columns])}", $"仅 {columns.Key} 有：{SourceNotes.List([.. columns])}"), null);
        if (emptyCells > 0)
            output.Notice(Text.Of($"{Text.Counted(emptyCells, "cell stays empty, because its row does", "cells stay empty, because their rows do")} not have these columns.", $"有 {emptyCells:N0} 个单元格为空，因为所在的行没有这些列。"), null);
    }

    static void RequireOneKind(IReadOnlyList<SourceFile> sources, RowMapping[] mappings)
    {
        for (int i = 1; i < mappings.Length; i++)
            if (mappings[i].Kind != mappings[0].Kind)
                throw new HoneException(Text.Of(
                    $"{sources[0].Path} gives {DatasetReader.Name(mappings[0].Kind)}, but {sources[i].Path} gives {DatasetReader.Name(mappings[i].Kind)}. Choose one for all with --to.",
                    $"{sources[0].Path} 是{DatasetReader.Name(mappings[0].Kind)}，而 {sources[i].Path} 是{DatasetReader.Name(mappings[i].Kind)}。请用 --to 统一选择。"));
    }

    static void Report(string path, long count, DatasetKind? kind, List<(SourceFile Source, EmptyCells Empty)> counted, Output output)
    {
        JsonArray notices = [];
        foreach ((SourceFile source, EmptyCells empty) in counted)
            foreach (string sentence in empty.Sentences())
            {
                string notice = $"{source.Path}{Text.Of(": ", "：")}{sentence}";
                output.Line(notice);
                notices.Add(notice);
            }
        output.Line(kind is { } known
            ? Text.Of($"{path}: {Text.Counted(count, "example")} ({DatasetReader.Name(known)})", $"{path}：{count:N0} 个样本（{DatasetReader.Name(known)}）")
            : Text.Of($"{path}: {Text.Counted(count, "row")}", $"{path}：{count:N0} 行"));
        output.Json(new JsonObject
        {
            ["path"] = Path.GetFullPath(path),
            ["kind"] = kind?.ToString().ToLowerInvariant(),
            ["examples"] = count,
            ["notices"] = notices,
        });
    }
}
