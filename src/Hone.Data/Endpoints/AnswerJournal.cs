using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Endpoints;

/// <summary>
/// Every answer as it arrives, in a file beside the output, so that a run that was killed goes on without asking again. One JSON object per line; a last line of
/// these that was not finished is cut off. Answers stay on the disk: memory holds only where they are.
/// </summary>
public sealed class AnswerJournal : IDisposable
{
    static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // How entries begin.
    const char AnyDigit = '#';
    const string AnswerEntry = "{\"key\":\"################################\",\"text\":\"";
    const string CostEntry = "{\"prompt_tokens\":";

    readonly Lock _lock = new();
    readonly FileStream _file;
    readonly Dictionary<UInt128, (long Offset, int Length)> _answers = [];

    AnswerJournal(string path, FileStream file) => (Path, _file) = (path, file);

    public string Path { get; }

    /// <summary>The answers in it.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _answers.Count;
        }
    }

    /// <summary>What all requests cost, those without a usable answer and those of earlier runs included.</summary>
    public TokensSpent Spent { get; private set; }

    /// <exception cref="HoneException">The file is in use, cannot be written, or is no journal.</exception>
    public static AnswerJournal Open(string path)
    {
        FileStream file;
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            // Nobody else writes meanwhile: two runs would ask everything twice.
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Text.Of($"{path} keeps the answers of this run and cannot be opened: {error.Message} Is another run writing it?", $"{path} 用于保存本次运行的回答，但无法打开：{error.Message} 是否有另一次运行正在写入？"), error);
        }

        AnswerJournal journal = new(path, file);
        try
        {
            journal.Load();
            return journal;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public bool Has(UInt128 key)
    {
        lock (_lock)
            return _answers.ContainsKey(key);
    }

    /// <summary>The answer to the question with that key; null where there is none.</summary>
    public string? Find(UInt128 key)
    {
        (long offset, int length) place;
        lock (_lock)
            if (!_answers.TryGetValue(key, out place))
                return null;

        byte[] line = new byte[place.length];
        int read = RandomAccess.Read(_file.SafeFileHandle, line, place.offset);
        if (read < line.Length)
            throw new IOException(Text.Of($"{Path} was cut while it was read.", $"{Path} 在读取时被截断。"));
        using var document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty("text").GetString();
    }

    /// <summary>Keeps an answer; it is on the disk when this returns.</summary>
    public void Add(UInt128 key, string text, TokensSpent spent) => Write(key, text, spent);

    /// <summary>Keeps what a request cost that gave no usable answer.</summary>
    public void AddSpent(TokensSpent spent) => Write(null, "", spent);

    public void Dispose() => _file.Dispose();

    /// <summary>Closes and removes the file: everything in it is in the output.</summary>
    public void Delete()
    {
        _file.Dispose();
        File.Delete(Path);
    }

    void Write(UInt128? key, string text, TokensSpent spent)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes, Readable))
        {
            json.WriteStartObject();
            if (key is { } answered)
            {
                json.WriteString("key", answered.ToString("x32", CultureInfo.InvariantCulture));
                json.WriteString("text", text);
            }
            json.WriteNumber("prompt_tokens", spent.Prompt);
            json.WriteNumber("completion_tokens", spent.Completion);
            json.WriteEndObject();
        }
        int length = bytes.WrittenCount;
        bytes.Write("\n"u8);

        lock (_lock)
        {
            long offset = _file.Position;
            _file.Write(bytes.WrittenSpan);
            _file.Flush(flushToDisk: true);
            Spent += spent;
            if (key is { } answered)
                _answers[answered] = (offset, length);
        }
    }

    void Load()
    {
        long end = 0;
        foreach (LineBlock block in LineBlock.Read(_file))
            using (block)
                foreach (LineSpan line in block.Lines)
                {
                    if (line.IsTooLong)
                        throw NoJournal(line.Line, cause: null);
                    long offset = block.OffsetOf(line);
                    if (offset + line.Length == _file.Length)
                    {
                        // The end of the line is missing: it was being written. Where no whole line shows whose file this is, its beginning has to.
                        if (offset == 0 && !IsBegun(block.TextOf(line).Span, AnswerEntry) && !IsBegun(block.TextOf(line).Span, CostEntry))
                            throw NoJournal(line.Line, cause: null);
                        break;
                    }
                    Load(block.TextOf(line), offset, line.Line);
                    end = offset + line.Length + 1;
                }

        _file.SetLength(end);
        _file.Position = end;
    }

    void Load(ReadOnlyMemory<byte> line, long offset, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            JsonElement entry = document.RootElement;
            Spent += new TokensSpent(entry.GetProperty("prompt_tokens").GetInt64(), entry.GetProperty("completion_tokens").GetInt64());
            if (entry.TryGetProperty("key", out JsonElement key) && entry.GetProperty("text").GetString() is not null)
                _answers[UInt128.Parse(key.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture)] = (offset, line.Length);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException or ArgumentNullException)
        {
            throw NoJournal(number, error);
        }
    }

    /// <summary>Whether a line begins like an entry, as far as it goes.</summary>
    static bool IsBegun(ReadOnlySpan<byte> line, string entry)
    {
        for (int i = 0; i < Math.Min(line.Length, entry.Length); i++)
            if (entry[i] == AnyDigit ? !char.IsAsciiHexDigitLower((char)line[i]) : entry[i] != line[i])
                return false;
        return true;
    }

    HoneException NoJournal(int line, Exception? cause)
    {
        string message = Text.Of(
            $"{Path} line {line} is no line of a journal of answers. Move the file away to begin anew.",
            $"{Path} 第 {line} 行不是回答日志的内容。请移走该文件后重新开始。");
        return cause is null ? new HoneException(message) : new HoneException(message, cause);
    }
}
