using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Prepare;

/// <summary>Reads the rows of a file into a frame. They lie in a temporary file from then on, because every rule goes through all of them.</summary>
public static class FrameReader
{
    /// <param name="lines">The rows; gone through twice, first for the columns.</param>
    /// <exception cref="HoneException">A cell that counts is no text, or there is no room for the temporary file.</exception>
    public static Frame Read(IEnumerable<JsonLine> lines)
    {
        string[] columns = [.. ColumnsOf(lines)];
        string? prompt = Frame.ColumnFor(Frame.Prompt, columns);
        string? completion = Frame.ColumnFor(Frame.Completion, columns);
        RowSpool rows = new();
        try
        {
            foreach (JsonLine line in lines)
                rows.Add(new FrameRow(line.Line, Cell(line, prompt), Cell(line, completion)));
            return new Frame(columns, rows);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
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
}
