using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Cli.DataSets;
using Hone.Data.Analysis.Reports;
using Hone.Data.Formats;
using Hone.Data.Vectors;
using Hone.Engine.Checkpoints;

namespace Hone.Cli.Analysis;

/// <summary>What an analysis writes where it is asked to: the rows with what was found in further columns, and a page with maps.</summary>
sealed class AnalysisOutput
{
    static readonly string[] Endings = [".csv", ".tsv", ".jsonl", ".json"];

    readonly Option<string?> _rows = new Option<string?>("--out", "-o", "--output")
    {
        Description = Text.Of($"Write the rows with what was found: {string.Join(", ", Endings)}", $"写出各行及分析结果：{string.Join("、", Endings)}"),
        HelpName = "FILE",
    }.ToFile();

    readonly Option<string?> _plot = new Option<string?>("--plot") { Description = Text.Of("Write a page with maps of the texts", "写出含文本分布图的网页"), HelpName = "FILE.html" }.ToFile();
    readonly Option<bool> _force = DataOutput.CreateForce();

    public void AddTo(Command command)
    {
        command.Add(_rows);
        command.Add(_plot);
        command.Add(_force);
        command.Validators.Add(given =>
        {
            if (given.GetValue(_rows) is { } path && !Endings.Contains(Path.GetExtension(path).ToLowerInvariant()))
                given.AddError(Text.Of($"--out {path}: end the name with {string.Join(", ", Endings)}, which says the format.", $"--out {path}：请以 {string.Join("、", Endings)} 结尾，以说明格式。"));
            if (given.GetValue(_plot) is { } plot && Path.GetExtension(plot).ToLowerInvariant() is not (".html" or ".htm"))
                given.AddError(Text.Of($"--plot {plot}: end the name with .html, for it is a web page.", $"--plot {plot}：写出的是网页，请以 .html 结尾。"));
        });
    }

    /// <summary>Refuses files that are there already, before anything is computed.</summary>
    public void Check(ParseResult parse, string input)
    {
        bool mayReplace = parse.GetValue(_force);
        if (parse.GetValue(_rows) is { } rows)
            DataOutput.Free(rows, input, mayReplace, "--out");
        if (parse.GetValue(_plot) is { } plot)
            DataOutput.Free(plot, input, mayReplace, "--plot", parse.GetValue(_rows));
    }

    /// <summary>Writes the rows that were found, with their similarity.</summary>
    public void Write(ParseResult parse, EmbeddedTexts texts, SearchReport report, Func<MapContent> map, Output output, CancellationToken cancel)
    {
        Dictionary<int, double> similarities = report.Matches.ToDictionary(match => match.Index, match => match.Similarity);
        Write(parse, texts, ["similarity"], row => [similarities[row]], map, output, cancel, [.. report.Matches.Select(match => match.Index)]);
    }

    /// <summary>Writes what is asked for.</summary>
    /// <param name="columns">What was found about a row, for the columns of these names.</param>
    /// <param name="rows">Those that are written, in this order; null for all.</param>
    public void Write(
        ParseResult parse, EmbeddedTexts texts, IReadOnlyList<string> names, Func<int, JsonNode?[]> columns, Func<MapContent> map, Output output, CancellationToken cancel, IReadOnlyList<int>? rows = null)
    {
        if (parse.GetValue(_rows) is { } path)
            WriteRows(path, texts, names, columns, rows ?? [.. Enumerable.Range(0, texts.Count)], output);
        if (parse.GetValue(_plot) is not { } plot)
            return;
        AtomicFile.WriteText(plot, MapPage.Of(texts, map(), cancel));
        output.Line(Text.Of($"{plot}: maps of the texts", $"{plot}：文本分布图"));
        output.Json(new JsonObject { ["plot"] = Path.GetFullPath(plot) });
    }

    static void WriteRows(string path, EmbeddedTexts texts, IReadOnlyList<string> names, Func<int, JsonNode?[]> columns, IReadOnlyList<int> rows, Output output)
    {
        JsonLine[] lines = [.. rows.Select((row, i) => new JsonLine(i + 1, texts.Rows[row].Line, Row(texts.Rows[row], names, columns(row))))];
        using RowWriter writer = DataTarget.Create(path, Path.GetExtension(path)[1..].ToLowerInvariant(), lines);
        writer.Write(lines);
        writer.Keep();
        string added = string.Join(Text.Of(", ", "、"), names);
        output.Line(Text.Of($"{path}: {Text.Counted(lines.Length, "row")} with {added}", $"{path}：{lines.Length:N0} 行，附有 {added}"));
        output.Json(new JsonObject { ["path"] = Path.GetFullPath(path), ["rows"] = lines.Length });
    }

    /// <summary>The fields of a row with what was found; a field of the same name is replaced.</summary>
    static JsonElement Row(VectorRow row, IReadOnlyList<string> names, JsonNode?[] values)
    {
        JsonObject all = JsonObject.Create(row.Fields)!;
        for (int i = 0; i < names.Count; i++)
        {
            all.Remove(names[i]);
            all[names[i]] = values[i];
        }
        return JsonSerializer.SerializeToElement(all);
    }
}
