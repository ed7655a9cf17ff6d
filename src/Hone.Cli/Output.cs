using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Cli;

/// <summary>What a command prints: text for people, or with <c>--json</c> one object per line. Each method serves one of the two and is silent in the other.</summary>
sealed class Output(TextWriter writer, TextReader input, bool isJson, int terminalWidth, string program = ProgramName.Usual)
{
    static readonly JsonWriterOptions Readable = new() { Encoder = ReadableJson.Encoder };

    const int MostAtOnce = 1 << 15;

    public bool IsJson => isJson;

    /// <summary>Columns of the terminal; 0 where there is none and no line can be redrawn.</summary>
    public int TerminalWidth => terminalWidth;

    public TextReader Input => input;

    public static Output Of(ParseResult parse)
    {
        var invocation = (Invocation)parse.InvocationConfiguration;
        return new Output(invocation.Output, invocation.Input, JsonOption.Of(parse), invocation.TerminalWidth, invocation.Program);
    }

    /// <summary>A line for people, with commands as they call them. What comes from files and from other machines may stand in it.</summary>
    public void Line(string text = "") => Write(ProgramName.InText(Harmless(text), program) + '\n');

    /// <summary>The text without characters that steer terminals: each becomes U+FFFD, but for tabs and line ends.</summary>
    public static string Harmless(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool Steers(int i) => char.IsControl(text[i]) && text[i] is not ('\n' or '\t') && !(text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n');
        return text.Any(char.IsControl) ? string.Concat(text.Select((character, i) => Steers(i) ? '\ufffd' : character)) : text;
    }

    /// <summary>Text for people that the next text continues.</summary>
    public void Write(string text)
    {
        if (isJson)
            return;
        writer.Write(text);
        writer.Flush();
    }

    /// <summary>A record for programs; names in snake_case.</summary>
    public void Json(JsonObject record)
    {
        if (!isJson)
            return;
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes, Readable))
            record.WriteTo(json);
        bytes.Write("\n"u8);
        WriteUtf8(bytes.WrittenSpan);
        writer.Flush();
    }

    /// <summary>All at once where it is short: a record of millions of numbers is not turned into a string.</summary>
    void WriteUtf8(ReadOnlySpan<byte> text)
    {
        char[] characters = new char[Math.Min(text.Length, MostAtOnce)];
        Decoder decoder = Encoding.UTF8.GetDecoder();
        while (text.Length > 0)
        {
            decoder.Convert(text, characters, flush: false, out int read, out int written, out _);
            writer.Write(characters, 0, written);
            text = text[read..];
        }
    }

    /// <summary>Something the user should know, above the progress that is shown.</summary>
    public void Notice(string notice, Progress? progress)
    {
        if (progress is null)
            Line(notice);
        else
            progress.Line(notice);
        Json(new JsonObject { ["notice"] = notice });
    }

    /// <summary>Columns for people, as wide as their widest cell.</summary>
    public void Table(IReadOnlyList<string[]> rows)
    {
        if (isJson || rows.Count == 0)
            return;
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => ScreenWidth.Of(row[column])))];
        foreach (string[] row in rows)
            Write(Harmless(string.Join("  ", row.Select((cell, column) => cell + new string(' ', widths[column] - ScreenWidth.Of(cell)))).TrimEnd()) + '\n');
    }
}
