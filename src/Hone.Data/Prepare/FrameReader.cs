using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Prepare;

/// <summary>Reads the rows of a file into a frame. All of them are held in memory: rules such as a common ending need to see every row.</summary>
public static class FrameReader
{
    /// <summary>What a frame may take of the memory: two bytes a character.</summary>
    public const long MostBytes = 1L << 30;

    /// <summary>What a row takes beside its characters.</summary>
    const int BytesPerRow = 96;

    /// <param name="lines">The rows; gone through twice, first for the columns.</param>
    /// <param name="mostBytes">The most memory that the texts may take.</param>
    /// <exception cref="HoneException">A cell that counts is no text, or the rows are too many.</exception>
    public static Frame Read(IEnumerable<JsonLine> lines, long mostBytes = MostBytes)
    {
        string[] columns = [.. ColumnsOf(lines)];
        string? prompt = Frame.ColumnFor(Frame.Prompt, columns);
        string? completion = Frame.ColumnFor(Frame.Completion, columns);
        List<FrameRow> rows = [];
        long bytes = 0;
        foreach (JsonLine line in lines)
        {
            FrameRow row = new(line.Line, Cell(line, prompt), Cell(line, completion));
            bytes += BytesPerRow + (2L * (row.Prompt.Length + row.Completion.Length));
            if (bytes > mostBytes)
                throw TooLarge(line.Line, mostBytes);
            rows.Add(row);
        }
        return new Frame(columns, rows);
    }

    static IEnumerable<string> ColumnsOf(IEnumerable<JsonLine> lines)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (JsonLine line in lines)
            foreach (JsonProperty property in line.Value.EnumerateObject())
                if (seen.Add(property.Name))
                    yield return property.Name;
    }

    /// <summary>The text of a cell; a number or truth value as JSON writes it, nothing where it is null or missing.</summary>
    static string Cell(JsonLine line, string? column)
    {
        if (column is null || !line.Value.TryGetProperty(column, out JsonElement value))
            return "";
        return value.ValueKind switch
        {
            JsonValueKind.Null => "",
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Object or JsonValueKind.Array => throw new HoneException(Text.Of(
                $"Line {line.Line}: `{column}` is {LineFields.Kind(value)}. Give a string; 'hone data convert' makes one from a chat or from several fields.",
                $"第 {line.Line} 行：`{column}` 是{LineFields.Kind(value)}。请给出字符串；可用 'hone data convert' 从对话或多个字段生成。")),
            _ => value.GetRawText(),
        };
    }

    static HoneException TooLarge(int line, long mostBytes)
    {
        string limit = FormattableString.Invariant($"{mostBytes / (1 << 20):N0} MB");
        return new HoneException(Text.Of(
            $"The file is too large to be prepared at once: from line {line} on its texts take more than {limit} of memory. Prepare a part of it: 'hone data sample' draws one, 'hone data split' makes several.",
            $"文件太大，无法一次处理：从第 {line} 行起，文本占用的内存超过 {limit}。请分批处理：'hone data sample' 可抽取一部分，'hone data split' 可拆成几份。"));
    }
}
