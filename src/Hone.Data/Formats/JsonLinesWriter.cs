using System.Text.Json;

namespace Hone.Data.Formats;

/// <summary>JSON Lines: an object per line, as it is but for the spaces between its tokens.</summary>
public sealed class JsonLinesWriter : RowWriter
{
    readonly Utf8JsonWriter _json;

    public JsonLinesWriter(string path)
        : base(path) => _json = new Utf8JsonWriter(Stream, Json);

    /// <summary>Writes all rows to a file that appears when it is complete.</summary>
    /// <returns>Their number.</returns>
    public static long Write(string path, IEnumerable<JsonLine> rows, CancellationToken cancel = default)
    {
        using JsonLinesWriter writer = new(path);
        writer.Write(rows, cancel);
        writer.Keep();
        return writer.Count;
    }

    private protected override void WriteRow(JsonElement row)
    {
        row.WriteTo(_json);
        _json.Flush();
        Stream.WriteByte((byte)'\n');
        _json.Reset();
    }

    private protected override void Finish() { }
}
