using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Sources;

/// <summary>
/// JSON as rows: a list of objects, an object that holds such a list, lists of cells column by column, objects one after the other, or one per line.
/// Neither the extension .json nor .jsonl decides: the text does.
/// </summary>
static class JsonRows
{
    public static SourceRows Open(SourceBytes file, SourceOptions options, List<string> notes) => Open(file, options, notes, isNamedLines: false);

    public static SourceRows OpenLines(SourceBytes file, SourceOptions options, List<string> notes) => Open(file, options, notes, isNamedLines: true);

    static SourceRows Open(SourceBytes file, SourceOptions options, List<string> notes, bool isNamedLines)
    {
        TextEncoding encoding = TextEncoding.Of(file, options.Encoding);
        notes.Add(SourceNotes.Of(encoding));
        bool isLines = IsLines(CsvSample.Of(file, encoding).Text, isNamedLines);
        if (isLines != isNamedLines)
            notes.Add(isLines ? Text.Of("one object per line (JSON Lines)", "每行一个对象（JSON Lines）") : Text.Of("one JSON document, not one object per line", "整个文件是一个 JSON，而非每行一个对象"));
        return isLines
            ? SourceRows.OfObjects(passOver => Lines(file, encoding, passOver), options) with { IsJsonLines = encoding.IsUtf8 && !file.IsCompressed }
            : new JsonDocumentRows(() => encoding.OpenUtf8(file), file.Path).Open(options, notes);
    }

    /// <summary>Whether the first line that is not blank is an object by itself and another follows; a file that is called .jsonl is believed more.</summary>
    static bool IsLines(string sample, bool isNamedLines)
    {
        string[] lines = [.. sample.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).Take(2)];
        if (lines.Length == 0)
            return isNamedLines;
        if (isNamedLines)
            return lines[0] != "{" && !lines[0].StartsWith('[') && !(lines.Length == 1 && IsTable(lines[0]));
        return lines.Length == 2 && lines[1].StartsWith('{') && IsObject(lines[0]);
    }

    static bool IsObject(string line) => Parse(line)?.ValueKind == JsonValueKind.Object;

    /// <summary>Whether the only line is a whole table, column by column: several lists of texts, all of the same length.</summary>
    static bool IsTable(string line) =>
        Parse(line) is { ValueKind: JsonValueKind.Object } table
        && table.GetPropertyCount() > 1
        && table.EnumerateObject().All(column => column.Value.ValueKind == JsonValueKind.Array && column.Value.EnumerateArray().All(cell => cell.ValueKind == JsonValueKind.String))
        && table.EnumerateObject().Select(column => column.Value.GetArrayLength()).Distinct().ToArray() is [> 0];

    static JsonElement? Parse(string line)
    {
        try
        {
            return JsonElement.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static IEnumerable<JsonLine> Lines(SourceBytes file, TextEncoding encoding, PassOver passOver)
    {
        using Stream stream = encoding.OpenUtf8(file);
        int example = 0;
        foreach ((int line, ReadOnlyMemory<byte> text) in JsonLines.ReadTexts(stream))
            if (Line(++example, line, text, encoding, passOver) is { } row)
                yield return row;
    }

    static JsonLine? Line(int example, int line, ReadOnlyMemory<byte> text, TextEncoding encoding, PassOver passOver)
    {
        try
        {
            JsonLine row = JsonLines.Parse(example, line, text);
            return encoding.IsUtf8 || !row.Value.GetRawText().Contains('\uffff', StringComparison.Ordinal)
                ? row
                : throw new HoneException(Text.Of($"Line {line} holds bytes that are no text in {encoding.Name}. Correct it, or name the encoding with --encoding.", $"第 {line} 行含有不是 {encoding.Name} 文本的字节。请修正，或用 --encoding 指定编码。"));
        }
        catch (HoneException problem) when (passOver(line, problem))
        {
            return null;
        }
    }
}
