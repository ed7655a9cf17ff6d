using System.Buffers;
using System.Text.Json;
using Hone.Engine;

namespace Hone.Data.Sources;

/// <summary>Makes the objects of a table: a string per column.</summary>
sealed class RowBuilder(IReadOnlyList<string> columns) : IDisposable
{
    static readonly JsonWriterOptions Options = new() { Encoder = ReadableJson.Encoder, SkipValidation = true };

    readonly JsonEncodedText[] _names = [.. columns.Select(name => JsonEncodedText.Encode(name, ReadableJson.Encoder))];
    readonly ArrayBufferWriter<byte> _bytes = new();
    readonly Utf8JsonWriter _json = new(Stream.Null, Options);
    int _column;

    /// <summary>The row that <paramref name="fill"/> adds the cells of; null where it cannot be read and is passed over.</summary>
    public JsonElement? Build(int line, PassOver passOver, Action fill)
    {
        Start();
        try
        {
            fill();
        }
        catch (HoneException problem) when (passOver(line, problem))
        {
            return null;
        }
        return End();
    }

    void Start()
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

    /// <summary>The next cell of a workbook, whose escapes such as <c>_xD83D_</c> can stand for what is no text.</summary>
    public void Add(string cell, int line)
    {
        RequireText(cell, line, columns[_column]);
        _json.WriteString(_names[_column++], cell);
    }

    public static void RequireText(string cell, int line, string column)
    {
        if (cell.Contains('\0', StringComparison.Ordinal) || !IsWellFormed(cell))
            throw new HoneException(Text.Of($"Row {line}, column {column}: the cell holds a character that no text has. Type it anew.", $"第 {line} 行，列 {column}：单元格含有非文本字符。请重新输入。"));
    }

    JsonElement End()
    {
        _json.WriteEndObject();
        _json.Flush();
        return JsonElement.Parse(_bytes.WrittenSpan);
    }

    public void Dispose() => _json.Dispose();

    /// <summary>Whether every surrogate has its other half.</summary>
    static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && ++i < text.Length && char.IsLowSurrogate(text[i])))
                return false;
        return true;
    }
}
