using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hone.Data.Sources;

/// <summary>Makes the objects of a table: a string per column.</summary>
sealed class RowBuilder(IReadOnlyList<string> columns) : IDisposable
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    readonly JsonEncodedText[] _names = [.. columns.Select(name => JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
    readonly ArrayBufferWriter<byte> _bytes = new();
    readonly Utf8JsonWriter _json = new(Stream.Null, Options);
    int _column;

    public void Start()
    {
        _bytes.ResetWrittenCount();
        _json.Reset(_bytes);
        _json.WriteStartObject();
        _column = 0;
    }

    /// <summary>The next cell, checked to be text.</summary>
    public void Add(ReadOnlySpan<byte> cell, TextEncoding encoding, int line)
    {
        encoding.RequireText(cell, line, columns[_column]);
        _json.WriteString(_names[_column++], cell);
    }

    /// <summary>The next cell.</summary>
    public void Add(string cell) => _json.WriteString(_names[_column++], cell);

    public JsonElement End()
    {
        _json.WriteEndObject();
        _json.Flush();
        return JsonElement.Parse(_bytes.WrittenSpan);
    }

    public void Dispose() => _json.Dispose();
}
