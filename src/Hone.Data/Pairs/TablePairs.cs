using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Sources;
using Hone.Engine;

namespace Hone.Data.Pairs;

/// <summary>The columns of a table that hold pairs of texts, and the lines for training an encoder that its rows become.</summary>
public sealed class TablePairs
{
    readonly SourceFile _source;
    readonly string _anchor;
    readonly string _positive;

    /// <param name="anchor">Column of the first text; null for the first column.</param>
    /// <param name="positive">Column of the text that belongs to it; null for the first column that is not <paramref name="anchor"/>'s.</param>
    /// <exception cref="HoneException">There is no such column, or the table has one column alone.</exception>
    public TablePairs(SourceFile source, string? anchor = null, string? positive = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        if (source.Columns.Count < 2 && (anchor is null || positive is null))
            throw new HoneException(Text.Of(
                $"{source.Path} has {Text.Counted(source.Columns.Count, "column")}; two are needed for pairs.",
                $"{source.Path} 只有 {source.Columns.Count} 列；成对文本需要两列。"));
        RowMapping.RequireColumns(source, [.. new[] { anchor, positive }.OfType<string>()]);
        _anchor = anchor ?? source.Columns.First(column => column != positive);
        _positive = positive ?? source.Columns.First(column => column != _anchor);
    }

    /// <summary>Column that says how alike the texts are: rows become scored pairs.</summary>
    public string? Score { get; init; }

    /// <summary>Column of a text that only looks as if it belonged to the first: rows become triplets, and pairs where it is empty.</summary>
    public string? Negative { get; init; }

    /// <summary>What was empty in the rows that were read: a row with an empty text, or without a score, is left out.</summary>
    public EmptyCells Empty { get; } = new() { AreSkipped = true };

    /// <summary>The columns that are read, in the order of the texts.</summary>
    public IReadOnlyList<string> Columns => [.. new[] { _anchor, _positive, Score, Negative }.OfType<string>()];

    /// <summary>The columns that are not read.</summary>
    public IReadOnlyList<string> Unused => [.. _source.Columns.Except(Columns)];

    /// <summary>Those of them that hold 0 or 1 in every row that was read, as labels of pairs do; empty before rows were read.</summary>
    public IReadOnlyList<string> LabelLike { get; private set; } = [];

    /// <summary>The pairs that were read without a negative, though there is a column for it.</summary>
    public long WithoutNegative { get; private set; }

    /// <summary>The rows as <c>{"anchor", "positive"}</c>, with <c>"negative"</c> or as <c>{"sentence1", "sentence2", "score"}</c>.</summary>
    /// <exception cref="HoneException">There is no such column, or a score is no number.</exception>
    public IEnumerable<JsonObject> Read()
    {
        RowMapping.RequireColumns(_source, Columns);
        LabelLike = Unused;
        foreach (JsonLine row in _source.Read())
        {
            LabelLike = [.. LabelLike.Where(column => Cells.Text(row.Value, column).Trim() is "0" or "1")];
            string[] texts = [.. Columns.Select(column => Cells.Text(row.Value, column).Trim())];
            if (!Empty.Take(row.Line, [.. Columns.Where((column, i) => texts[i].Length == 0 && column != Negative)], hasAnswer: true))
                continue;
            JsonObject pair = Score is null
                ? new JsonObject { ["anchor"] = texts[0], ["positive"] = texts[1] }
                : new JsonObject { ["sentence1"] = texts[0], ["sentence2"] = texts[1], ["score"] = Number(row, texts[2]) };
            if (Negative is not null && texts[2].Length > 0)
                pair["negative"] = texts[2];
            else if (Negative is not null)
                WithoutNegative++;
            yield return pair;
        }
    }

    double Number(JsonLine row, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw new HoneException(Text.Of($"{_source.Path}: line {row.Line}, column {Score}: this is no number.", $"{_source.Path}：第 {row.Line} 行，列 {Score}：不是数。"));
}
