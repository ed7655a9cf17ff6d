using System.Text.Json;
using System.Text.Unicode;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Sources;

/// <summary>JSON of any length, token by token and value by value; memory holds no more than one value.</summary>
/// <param name="passOver">Is told of whole values that hold what is no text, which are then left out; null: there are no such.</param>
sealed class JsonStream(Stream stream, PassOver? passOver = null) : IDisposable
{
    const int LongestValue = 64 << 20;

    byte[] _buffer = new byte[1 << 16];
    int _start;
    int _end;
    bool _isFinal;
    int _line = 1; // That of the byte at _start.
    JsonReaderState _state = new(new JsonReaderOptions { AllowMultipleValues = true });

    /// <summary>Where the last token or value began, from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>The next token; false at the end of the file.</summary>
    public bool Read(out JsonTokenType token, out string? name)
    {
        while (true)
        {
            Utf8JsonReader reader = new(_buffer.AsSpan(_start, _end - _start), _isFinal, _state);
            if (Advance(ref reader))
            {
                token = reader.TokenType;
                name = token == JsonTokenType.PropertyName ? NameOf(ref reader) : null;
                Consume(ref reader, (int)reader.TokenStartIndex);
                return true;
            }
            if (_isFinal)
            {
                (token, name) = (JsonTokenType.None, null);
                return false;
            }
            Fill();
        }
    }

    /// <summary>The next value as a whole; null at the end of the list or object around it, which is then passed, or of the file.</summary>
    public JsonElement? ReadValue() => NextValue(isWanted: true, out JsonElement value, out _) ? value : null;

    /// <summary>Passes over the next value and tells how it began.</summary>
    public bool SkipValue(out JsonTokenType first) => NextValue(isWanted: false, out _, out first);

    public void Dispose() => stream.Dispose();

    bool NextValue(bool isWanted, out JsonElement value, out JsonTokenType first)
    {
        value = default;
        while (true)
        {
            Utf8JsonReader reader = new(_buffer.AsSpan(_start, _end - _start), _isFinal, _state);
            if (Advance(ref reader))
            {
                first = reader.TokenType;
                bool isEnd = first is JsonTokenType.EndArray or JsonTokenType.EndObject;
                int begin = (int)reader.TokenStartIndex;
                if (isEnd || Skip(ref reader))
                {
                    ReadOnlySpan<byte> text = _buffer.AsSpan(_start + begin, (int)reader.BytesConsumed - begin);
                    Consume(ref reader, begin);
                    if (isEnd || !isWanted || TryParse(text, out value))
                        return !isEnd;
                    continue;
                }
            }
            else if (_isFinal)
            {
                first = JsonTokenType.None;
                return false;
            }
            Fill();
        }
    }

    /// <summary>False where the value is left out.</summary>
    bool TryParse(ReadOnlySpan<byte> text, out JsonElement value)
    {
        try
        {
            value = Parse(text);
            return true;
        }
        catch (HoneException problem) when (passOver is not null && passOver(Line, problem))
        {
            value = default;
            return false;
        }
    }

    JsonElement Parse(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text) || text.IndexOf("\uffff"u8) >= 0)
            throw new HoneException(Text.Of($"The value that begins in line {Line} holds bytes that are no text. Correct it, or name the encoding with --encoding.", $"从第 {Line} 行开始的值含有非文本字节。请修正，或用 --encoding 指定编码。"));
        try
        {
            var value = JsonElement.Parse(text, JsonLines.Options);
            return !JsonLines.MayHaveHalfEscapes(text) || JsonLines.IsText(value)
                ? value
                : throw new HoneException(Text.Of($"The value that begins in line {Line} has an escape \\ud… without its other half. Remove it or write the character.", $"从第 {Line} 行开始的值含有不完整的转义 \\ud…。请删除它或直接写出该字符。"));
        }
        catch (JsonException error)
        {
            throw Problem(error, Line);
        }
        catch (InvalidOperationException error)
        {
            // Names are compared, and one has half an escape.
            throw HalfName(error);
        }
    }

    static bool Advance(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (JsonException error)
        {
            throw Broken(error);
        }
    }

    static bool Skip(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.TrySkip();
        }
        catch (JsonException error)
        {
            throw Broken(error);
        }
    }

    string NameOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw HalfName(error);
        }
    }

    HoneException HalfName(InvalidOperationException error) =>
        new(Text.Of($"A name in or after line {Line} has bytes or an escape \\ud… that are no text. Correct it.", $"第 {Line} 行或其后的名称含有非文本字节，或不完整的转义 \\ud…。请修正。"), error);

    /// <summary>Where the text itself is broken, nobody knows where the next value begins.</summary>
    static HoneException Broken(JsonException error) => new(Problem(error, 1).Message + Text.Of(" Nothing after it was read.", "其后的内容未读取。"), error);

    static HoneException Problem(JsonException error, int firstLine)
    {
        string reason = JsonProblem.Of(error);
        long line = firstLine + (error.LineNumber ?? 0);
        string place = error.BytePositionInLine is { } position ? Text.Of($"Line {line}, byte {position + 1}", $"第 {line} 行第 {position + 1} 字节") : Text.Of($"Line {line}", $"第 {line} 行");
        return new HoneException(Text.Of($"{place}: this is no JSON: {reason}.", $"{place}：不是有效的 JSON：{reason}。"), error);
    }

    void Consume(ref Utf8JsonReader reader, int begin)
    {
        ReadOnlySpan<byte> consumed = _buffer.AsSpan(_start, (int)reader.BytesConsumed);
        Line = _line + consumed[..begin].Count((byte)'\n');
        _line += consumed.Count((byte)'\n');
        _start += consumed.Length;
        _state = reader.CurrentState;
    }

    void Fill()
    {
        int length = _end - _start;
        if (length > LongestValue)
            throw new HoneException(Text.Of($"The value that begins after line {_line} is longer than 64 MB. Split it.", $"第 {_line} 行之后的值超过 64 MB。请拆分。"));
        Array.Copy(_buffer, _start, _buffer, 0, length);
        (_start, _end) = (0, length);
        if (length > _buffer.Length / 2)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        // A value is parsed anew each time: little by little would take the square of its length.
        _end += stream.ReadAtLeast(_buffer.AsSpan(_end), _buffer.Length - _end, throwOnEndOfStream: false);
        _isFinal = _end < _buffer.Length;
    }
}
