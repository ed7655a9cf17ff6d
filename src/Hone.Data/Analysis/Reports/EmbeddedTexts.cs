using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Data.Vectors;
using Hone.Engine;

namespace Hone.Data.Analysis.Reports;

/// <summary>Texts with their vectors, which were made of length 1: directions are compared.</summary>
public sealed class EmbeddedTexts
{
    /// <param name="rows">The text of a row is empty where none is known.</param>
    /// <exception cref="HoneException">There are none, or a vector cannot be compared: the message names its line.</exception>
    public EmbeddedTexts(IReadOnlyList<VectorRow> rows, Func<VectorRow, string> textOf, Func<VectorRow, string> nameOf)
    {
        ArgumentNullException.ThrowIfNull(rows);
        string NameOf(int row) => nameOf(rows[row]);
        Points = Points.Of([.. rows.Select(row => row.Vector)], NameOf).Unit(NameOf);
        Texts = [.. rows.Select(textOf)];
        // The vectors are in one block now: the rows keep their fields alone.
        Rows = [.. rows.Select(row => row with { Vector = [] })];
    }

    /// <summary>Of length 1. [rows, D]</summary>
    public Points Points { get; }

    public IReadOnlyList<string> Texts { get; }

    /// <summary>Without their vectors.</summary>
    public IReadOnlyList<VectorRow> Rows { get; }

    public int Count => Rows.Count;

    public bool HasTexts => Texts.Any(text => text.Length > 0);

    /// <summary>What the rows have in a column, which says what kind each is.</summary>
    /// <param name="name">Of the file, for errors.</param>
    /// <exception cref="HoneException">There is no such column, or a row has no label.</exception>
    public string[] Labels(string column, string name)
    {
        string[] names = [.. Rows.SelectMany(row => row.Fields.EnumerateObject().Select(field => field.Name)).Distinct()];
        if (!names.Contains(column))
            throw new HoneException(names.Length == 0
                ? Text.Of($"{name} holds vectors alone, and no column {column}. Give a file with labels.", $"{name} 只含向量，没有列 {column}。请提供带标签的文件。")
                : Text.Of($"{name} has no column {column}. It has: {string.Join(", ", names)}.", $"{name} 没有列 {column}。现有：{string.Join("、", names)}。"));
        string[] labels = [.. Rows.Select(row => row.Text(column))];
        int empty = Array.FindIndex(labels, string.IsNullOrWhiteSpace);
        return empty < 0 ? labels : throw new HoneException(Text.Of($"{name}, line {Rows[empty].Line}: the column {column} is empty. Give a label, or remove the row.", $"{name} 第 {Rows[empty].Line} 行：列 {column} 为空。请给出标签，或删除该行。"));
    }
}

/// <summary>Reports as programs read them.</summary>
public static class ReportJson
{
    static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonObject Of<T>(T report) => JsonSerializer.SerializeToNode(report, Format)!.AsObject();
}
