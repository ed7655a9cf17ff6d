using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Data.Vectors;
using Hone.Engine;

namespace Hone.Data.Analysis.Reports;

/// <summary>Texts with their vectors, which were made of length 1: directions are compared.</summary>
public sealed class EmbeddedTexts
{
    /// <param name="rows">Read once; a vector need be valid until the next row only.</param>
    /// <param name="textOf">Empty where no text is known.</param>
    /// <param name="expected">How many rows there are; 0 for not known.</param>
    /// <exception cref="HoneException">There are none, or a vector cannot be compared: the message names its line.</exception>
    public EmbeddedTexts(IEnumerable<VectorRow> rows, Func<VectorRow, string> textOf, Func<VectorRow, string> nameOf, int expected = 0)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(textOf);
        UnitPoints points = new(expected);
        List<VectorRow> kept = [];
        List<string> texts = [];
        foreach (VectorRow row in rows)
        {
            points.Add(row.Vector, () => nameOf(row));
            texts.Add(textOf(row));
            // The vectors are in one block: the rows keep their fields alone.
            kept.Add(row with { Vector = [] });
        }
        (Points, Texts, Rows) = (points.Take(), texts, kept);
    }

    /// <summary>Whose vectors these are; null where that is not known.</summary>
    public VectorModel? Model { get; init; }

    /// <summary>Of length 1. [rows, D]</summary>
    public Points Points { get; }

    public IReadOnlyList<string> Texts { get; }

    /// <summary>Without their vectors.</summary>
    public IReadOnlyList<VectorRow> Rows { get; }

    public int Count => Rows.Count;

    public bool HasTexts => Texts.Any(text => text.Length > 0);

    /// <inheritdoc cref="LabelsOf"/>
    public string[] Labels(string column, string name) => LabelsOf(Rows, column, name);

    /// <summary>What rows have in a column, which says what kind each is.</summary>
    /// <param name="name">Of the file, for errors.</param>
    /// <exception cref="HoneException">There is no such column, or a row has no label.</exception>
    public static string[] LabelsOf(IEnumerable<VectorRow> rows, string column, string name)
    {
        ArgumentNullException.ThrowIfNull(rows);
        List<string> labels = [], names = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        int? empty = null;
        foreach (VectorRow row in rows)
        {
            names.AddRange(row.Fields.EnumerateObject().Select(field => field.Name).Where(seen.Add));
            labels.Add(row.Text(column));
            if (string.IsNullOrWhiteSpace(labels[^1]))
                empty ??= row.Line;
        }
        if (!seen.Contains(column))
            throw new HoneException(names.Count == 0
                ? Text.Of($"{name} holds vectors alone, and no column {column}. Give a file with labels.", $"{name} 只含向量，没有列 {column}。请提供带标签的文件。")
                : Text.Of($"{name} has no column {column}. It has: {string.Join(", ", names)}.", $"{name} 没有列 {column}。现有：{string.Join("、", names)}。"));
        return empty is null ? [.. labels] : throw new HoneException(Text.Of($"{name}, line {empty}: the column {column} is empty. Give a label, or remove the row.", $"{name} 第 {empty} 行：列 {column} 为空。请给出标签，或删除该行。"));
    }
}

/// <summary>Reports as programs read them.</summary>
public static class ReportJson
{
    static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = ReadableJson.Encoder };

    public static JsonObject Of<T>(T report) => JsonSerializer.SerializeToNode(report, Format)!.AsObject();
}
