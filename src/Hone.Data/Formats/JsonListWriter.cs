using System.Text.Json;

namespace Hone.Data.Formats;

/// <summary>One JSON list of objects, each on a line of its own.</summary>
public sealed class JsonListWriter : RowWriter
{
    readonly Utf8JsonWriter _json;

    public JsonListWriter(string path)
        : base(path) => _json = new Utf8JsonWriter(Stream, Json);

    private protected override void WriteRow(JsonElement row)
    {
        Stream.Write(Count == 0 ? "[\n"u8 : ",\n"u8);
        row.WriteTo(_json);
        _json.Flush();
        _json.Reset();
    }

    private protected override void Finish() => Stream.Write(Count == 0 ? "[]\n"u8 : "\n]\n"u8);
}
