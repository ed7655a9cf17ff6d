using System.Text.Json;

namespace Hone.Data.Mapping;

/// <summary>The members of a row as text.</summary>
static class Cells
{
    /// <summary>The value of a column, or of a member inside of it where there is none of that name: <c>api.name</c>; null where a row has neither.</summary>
    public static JsonElement? Find(JsonElement row, string column)
    {
        if (row.ValueKind != JsonValueKind.Object)
            return null;
        if (row.TryGetProperty(column, out JsonElement value))
            return value.ValueKind == JsonValueKind.Null ? null : value;
        int point = column.IndexOf('.', StringComparison.Ordinal);
        return point > 0 && row.TryGetProperty(column[..point], out JsonElement inner) ? Find(inner, column[(point + 1)..]) : null;
    }

    /// <summary>A text as it is, a list of values as its lines, an object as JSON, and what is absent as nothing.</summary>
    public static string Text(JsonElement row, string column) => Find(row, column) is { } value ? Text(value) : "";

    public static string Text(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Null => "",
            JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)) => string.Join('\n', value.EnumerateArray().Select(Text)),
            _ => value.GetRawText(),
        };
}
