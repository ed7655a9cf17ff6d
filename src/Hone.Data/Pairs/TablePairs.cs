using System.Globalization;
using System.Text.Json;
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

    /// <param name="anchor">Column of the first text; null for the first column that no other parameter names.</param>
    /// <param name="positive">Column of the text that belongs to it; null for the next such column.</param>
    /// <param name="score">Column that says how alike the texts are: rows become scored pairs.</param>
    /// <param name="negative">Column of a text, or a list of them, that only looks as if it belonged to the first: rows become triplets, and pairs where it is empty.</param>
    /// <exception cref="HoneException">There is no such column, one is named twice, or too few are left for two texts.</exception>
    public TablePairs(SourceFile source, string? anchor = null, string? positive = null, string? score = null, string? negative = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        (_source, Score, Negative) = (source, score, negative);
        string[] named = [.. new[] { anchor, positive, score, negative }.OfType<string>()];
        RowMapping.RequireColumns(source, named);
        if (named.CountBy(column => column).FirstOrDefault(column => column.Value > 1) is { Key: { } twice })
            throw new HoneException(Text.Of($"The column {twice} is named for two things. Name a column for each.", $"列 {twice} 被指定了两种用途。请为每种用途指定不同的列。"));
        string[] free = [.. source.Columns.Except(named)];
        if (free.Length < (anchor is null ? 1 : 0) + (positive is null ? 1 : 0))
        {
            string beside = named.Length > 0 ? Text.Of(" for texts beside those that are named", "可作文本（已指定的列除外）") : "";
            throw new HoneException(Text.Of(
                $"{source.Path} has {Text.Counted(free.Length, "column")}{beside}; two are needed for pairs.",
                $"{source.Path} 只有 {free.Length} 列{beside}；成对文本需要两列。"));
        }
        _anchor = anchor ?? free[0];
        _positive = positive ?? free.First(column => column != _anchor);
    }

    /// <summary>Column that says how alike the texts are; null for none.</summary>
    public string? Score { get; }

    /// <summary>Column of what only looks as if it belonged to the first text; null for none.</summary>
    public string? Negative { get; }

    /// <summary>What was empty in the rows that were read: a row with an empty text, or without a score, is left out.</summary>
    public EmptyCells Empty { get; } = new() { AreSkipped = true };

    /// <summary>The columns that are read, in the order of the texts.</summary>
    public IReadOnlyList<string> Columns => [.. new[] { _anchor, _positive, Score, Negative }.OfType<string>()];

    /// <summary>The columns that are not read.</summary>
    public IReadOnlyList<string> Unused => [.. _source.Columns.Except(Columns)];

    /// <summary>Those of them that hold 0 or 1 in every row that was read, as labels of pairs do; empty before rows were read.</summary>
    public IReadOnlyList<string> LabelLike { get; private set; } = [];

    /// <summary>Those of them, no labels, that hold a number from 0 to 5 in every row that was read, as scores of pairs do; empty before rows were read.</summary>
    public IReadOnlyList<string> ScoreLike { get; private set; } = [];

    /// <summary>The columns that are not read and are named as negatives are: <c>negative</c>, <c>neg_title</c>.</summary>
    public IReadOnlyList<string> NegativeLike => [.. Unused.Where(column => column.Equals("neg", StringComparison.OrdinalIgnoreCase) || column.StartsWith("neg_", StringComparison.OrdinalIgnoreCase) || column.StartsWith(PairReader.Negative, StringComparison.OrdinalIgnoreCase))];

    /// <summary>The pairs that were read without a negative, though there is a column for it.</summary>
    public long WithoutNegative { get; private set; }

    /// <summary>The rows as <c>{"anchor", "positive"}</c>, with <c>"negative"</c> or as <c>{"sentence1", "sentence2", "score"}</c>.</summary>
    /// <exception cref="HoneException">A score is no number.</exception>
    public IEnumerable<JsonObject> Read()
    {
        LabelLike = ScoreLike = Unused;
        foreach (JsonLine row in _source.Read())
        {
            LabelLike = [.. LabelLike.Where(column => Cells.Text(row.Value, column).Trim() is "0" or "1")];
            ScoreLike = [.. ScoreLike.Where(column => double.TryParse(Cells.Text(row.Value, column), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number is >= 0 and <= PairReader.LongScale)];
            string[] texts = [.. Columns.Select(column => Cells.Text(row.Value, column).Trim())];
            if (!Empty.Take(row.Line, [.. Columns.Where((column, i) => texts[i].Length == 0 && column != Negative)], hasAnswer: true))
                continue;
            JsonObject pair = Score is null
                ? new JsonObject { ["anchor"] = texts[0], ["positive"] = texts[1] }
                : new JsonObject { ["sentence1"] = texts[0], ["sentence2"] = texts[1], ["score"] = Number(row, texts[2]) };
            if (Negative is not null && texts[2].Length > 0)
                pair["negative"] = NegativeOf(row, texts[2]);
            else if (Negative is not null)
                WithoutNegative++;
            yield return pair;
        }
    }

    /// <summary>A list of texts stays one.</summary>
    JsonNode NegativeOf(JsonLine row, string text) =>
        Cells.Find(row.Value, Negative!) is { ValueKind: JsonValueKind.Array } list
            ? new JsonArray([.. list.EnumerateArray().Select(item => Cells.Text(item).Trim()).Where(item => item.Length > 0).Select(item => (JsonNode)item)])
            : text;

    double Number(JsonLine row, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw new HoneException(Text.Of($"{_source.Path}: line {row.Line}, column {Score}: this is no number.", $"{_source.Path}：第 {row.Line} 行，列 {Score}：不是数。"));
}
