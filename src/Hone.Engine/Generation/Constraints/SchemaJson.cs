using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hone.Engine.Generation.Constraints;

/// <summary>JSON values of schemas as the text that a model is to write: compact, and every character as itself where JSON allows it.</summary>
static class SchemaJson
{
    static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(JsonElement value) => JsonSerializer.Serialize(value, Format);

    public static string Quote(string text) => JsonSerializer.Serialize(text, Format);

    /// <summary>Levels of objects and arrays.</summary>
    public static int Height(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => 1 + value.EnumerateObject().Select(member => Height(member.Value)).DefaultIfEmpty(0).Max(),
            JsonValueKind.Array => 1 + value.EnumerateArray().Select(Height).DefaultIfEmpty(0).Max(),
            _ => 0,
        };

    /// <summary>The name of a value's type in schemas; an integer is a number, too.</summary>
    public static string TypeOf(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.Null => "null",
            _ => value.TryGetDecimal(out decimal number) && decimal.Truncate(number) == number ? "integer" : "number",
        };
}
