using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hone.Engine;

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
        if (!encoding.IsText(cell))
            throw NoText(cell, encoding, line);
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

    HoneException NoText(ReadOnlySpan<byte> cell, TextEncoding encoding, int line)
    {
        string column = columns[_column];
        if (cell.Contains((byte)0))
            return new HoneException(Text.Of(
                $"Line {line}, column {column}: there is a zero byte, which no text has. Remove it, or name the encoding with --encoding.",
                $"第 {line} 行，列 {column}：含有零字节，文本中不应出现。请删除它，或用 --encoding 指定编码。"));
        int position = Encoding.UTF8.GetString(cell).AsSpan().IndexOfAny('\ufffd', '\uffff') + 1;
        return new HoneException(Text.Of(
            $"Line {line}, column {column}: character {position} of the cell is no text in {encoding.Name}. Correct it, or name the encoding with --encoding.",
            $"第 {line} 行，列 {column}：单元格的第 {position} 个字符不是 {encoding.Name} 文本。请修正，或用 --encoding 指定编码。"));
    }
}
