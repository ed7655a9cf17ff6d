using System.Text.Json;
using System.Text.Unicode;
using Hone.Engine;

namespace Hone.Data.Formats;

/// <summary>One object of a JSON Lines file: <c>Example</c> counts the objects, <c>Line</c> the lines, blank ones included; both from 1.</summary>
public readonly record struct JsonLine(int Example, int Line, JsonElement Value);

/// <summary>Reads a JSON Lines file object by object, without holding more than one line. A byte order mark and blank lines are skipped.</summary>
public static class JsonLines
{
    internal static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    public static IEnumerable<JsonLine> Read(string path) => ReadTexts(path).Select((text, index) => Parse(index + 1, text.Line, text.Text));

    /// <summary>The objects of chosen numbers: the others are not looked at, whatever they hold.</summary>
    internal static IEnumerable<JsonLine> ReadChosen(string path, Func<int, bool> isChosen)
    {
        foreach (LineBlock block in LineBlock.Read(path))
            using (block)
                foreach (LineSpan line in block.Lines)
                    if (isChosen(line.Example))
                        yield return line.IsTooLong ? throw TooLong(line.Line, line.Example).ToException() : Parse(line.Example, line.Line, block.TextOf(line));
    }

    /// <exception cref="HoneException">The line is no object: the message says why.</exception>
    internal static JsonLine Parse(int example, int line, ReadOnlyMemory<byte> text)
    {
        using JsonDocument document = Parse(text, new LineReport(example, line, take: null))!;
        return new JsonLine(example, line, document.RootElement.Clone());
    }

    /// <summary>The lines that are not blank, with their numbers from 1, as they are: for readers that say on their own what is wrong with one and go on.</summary>
    public static IEnumerable<(int Line, ReadOnlyMemory<byte> Text)> ReadTexts(string path) => LineBlock.Read(path).SelectMany(Texts);

    /// <summary>The same of a stream in UTF-8, which is read once.</summary>
    internal static IEnumerable<(int Line, ReadOnlyMemory<byte> Text)> ReadTexts(Stream stream) => LineBlock.Read(stream).SelectMany(Texts);

    static IEnumerable<(int, ReadOnlyMemory<byte>)> Texts(LineBlock block)
    {
        using (block)
            foreach (LineSpan line in block.Lines)
                yield return line.IsTooLong ? throw TooLong(line.Line, line.Example).ToException() : (line.Line, block.TextOf(line).ToArray());
    }

    internal static Finding TooLong(int line, int example) =>
        new(
            FindingCodes.LineTooLong, example, line, null,
            Text.Of("the line is longer than 16 MB", "该行超过 16 MB"),
            Text.Of("write one JSON object per line", "请每行写一个 JSON 对象"))
        {
            Message = Text.Of($"Line {line} is longer than 16 MB. Write one JSON object per line.", $"第 {line} 行超过 16 MB。请每行写一个 JSON 对象。"),
        };

    /// <summary>The object of a line of a block; null when it was reported why there is none, its length among the reasons.</summary>
    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte}, LineReport)"/>
    internal static JsonDocument? Parse(LineBlock block, LineSpan line, LineReport report)
    {
        if (!line.IsTooLong)
            return Parse(block.TextOf(line), report);
        report.Add(TooLong(line.Line, line.Example));
        return null;
    }

    /// <summary>The object of a line; null when it was reported why there is none. Whoever gets it disposes it, and the text stays as it is until then.</summary>
    internal static JsonDocument? Parse(ReadOnlyMemory<byte> text, LineReport report)
    {
        (int example, int line) = (report.Example, report.Line);
        if (!Utf8.IsValid(text.Span))
        {
            report.Add(NoUtf8(example, line));
            return null;
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, Options);
        }
        catch (JsonException error)
        {
            report.Add(NoJson(Reason(error, text.Span), example, line));
            return null;
        }
        catch (InvalidOperationException)
        {
            // The parser compares the names, and one of them has half an escape.
            report.Add(HalfEscape(example, line));
            return null;
        }

        if (document.RootElement.ValueKind != JsonValueKind.Object)
            report.Add(NoObject(Excerpt.Of(text.Span), example, line));
        else if (MayHaveHalfEscapes(text.Span) && !IsText(document.RootElement))
            report.Add(HalfEscape(example, line));
        else
            return document;
        document.Dispose();
        return null;
    }

    static Finding NoUtf8(int example, int line) =>
        new(FindingCodes.NotUtf8, example, line, null, Text.Of("the line is not UTF-8", "该行不是 UTF-8"), Text.Of("save the file as UTF-8, or let hone data convert do it", "请把文件保存为 UTF-8，或用 hone data convert 转换"))
        {
            Message = Text.Of($"Example {example} cannot be parsed: line {line} is not UTF-8. Save the file as UTF-8.", $"样本 {example} 无法解析：第 {line} 行不是 UTF-8。请把文件保存为 UTF-8。"),
        };

    static Finding NoJson(string reason, int example, int line) =>
        new(
            FindingCodes.InvalidJson, example, line, null,
            Text.Of($"the line is no JSON: {reason}", $"该行不是有效的 JSON：{reason}"),
            Text.Of("correct it, or write the file with a JSON library", "请改正，或用 JSON 库生成文件"))
        {
            Message = Text.Of(
                $"Example {example} cannot be parsed. Error: line contains invalid json: {reason} (line {line})",
                $"样本 {example} 无法解析：第 {line} 行不是有效的 JSON：{reason}"),
        };

    static Finding NoObject(string start, int example, int line) =>
        new(
            FindingCodes.DataType, example, line, null,
            Text.Of($"the line is no JSON object, it starts with: {start}", $"该行不是 JSON 对象，开头为：{start}"),
            Text.Of("write one object per line", "请每行写一个对象"))
        {
            Message = Text.Of(
                $"Example {example} is not a JSON object (line {line} starts with: {start}). Write one object per line.",
                $"样本 {example} 不是 JSON 对象（第 {line} 行开头为：{start}）。请每行写一个对象。"),
        };

    static Finding HalfEscape(int example, int line) =>
        new(
            FindingCodes.InvalidEscape, example, line, null,
            Text.Of("an escape \\ud… lacks its other half", "转义 \\ud… 缺少另一半"),
            Text.Of("remove it or write the character", "请删除它或直接写出该字符"))
        {
            Message = Text.Of(
                $"Example {example} cannot be parsed: line {line} has an escape \\ud… without its other half. Remove it or write the character.",
                $"样本 {example} 无法解析：第 {line} 行的转义 \\ud… 缺少另一半。请删除它或直接写出该字符。"),
        };

    static string Reason(JsonException error, ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> trimmed = text.TrimStart(" \t\r"u8);
        if (trimmed.SequenceEqual("["u8) || trimmed.SequenceEqual("[\r"u8) || trimmed.SequenceEqual("{"u8) || trimmed.SequenceEqual("{\r"u8))
            return Text.Of("the object goes on in the next line; write each object on one line", "对象延续到了下一行；请把每个对象写在一行内");
        string message = JsonProblem.Of(error);
        return error.BytePositionInLine is { } place ? Text.Of($"{message} at byte {place + 1}", $"{message}（第 {place + 1} 字节）") : message;
    }

    /// <summary>An escape such as \ud83d without its other half is valid JSON but no text.</summary>
    internal static bool MayHaveHalfEscapes(ReadOnlySpan<byte> text) => text.IndexOf("\\ud"u8) >= 0 || text.IndexOf("\\uD"u8) >= 0;

    internal static bool IsText(JsonElement value)
    {
        try
        {
            Visit(value);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    static void Visit(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
            _ = value.GetString();
        else if (value.ValueKind == JsonValueKind.Array)
            foreach (JsonElement item in value.EnumerateArray())
                Visit(item);
        else if (value.ValueKind == JsonValueKind.Object)
            foreach (JsonProperty property in value.EnumerateObject())
            {
                _ = property.Name;
                Visit(property.Value);
            }
    }
}
