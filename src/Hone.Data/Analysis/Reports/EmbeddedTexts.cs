using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Data.Vectors;

namespace Hone.Data.Analysis.Reports;

/// <summary>Texts with their vectors, which were made of length 1: directions are compared.</summary>
public sealed class EmbeddedTexts
{
    /// <param name="rows">The text of a row is empty where none is known.</param>
    /// <exception cref="Engine.HoneException">There are none, or a vector cannot be compared: the message names its line.</exception>
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
}

/// <summary>Reports as programs read them.</summary>
public static class ReportJson
{
    static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonObject Of<T>(T report) => JsonSerializer.SerializeToNode(report, Format)!.AsObject();
}
