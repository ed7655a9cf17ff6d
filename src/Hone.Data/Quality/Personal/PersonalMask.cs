using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Data.Quality.Personal;

/// <summary>
/// Replaces personal data in an example by placeholders: <c>[EMAIL_1]</c>, <c>[PHONE_2]</c>. The same value has the same placeholder throughout an example, so that an answer still refers to what the prompt said; every example counts
/// from 1, so that examples cannot be linked by them and the model learns no long numbers.
/// </summary>
sealed class PersonalMask
{
    readonly Dictionary<string, string> _placeholders = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    PersonalMask() { }

    /// <summary>The line with its placeholders, and how many different values were replaced; the line itself where there is nothing to replace.</summary>
    public static (JsonElement Line, int Replaced) Apply(JsonElement line)
    {
        PersonalMask mask = new();
        JsonNode? masked = mask.Copy(line);
        return mask._placeholders.Count == 0 ? (line, 0) : (JsonSerializer.SerializeToElement(masked), mask._placeholders.Count);
    }

    JsonNode? Copy(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => JsonValue.Create(Mask(value.GetString()!)),
            JsonValueKind.Number => Mask(value.GetRawText()) is var masked && masked != value.GetRawText() ? JsonValue.Create(masked) : JsonValue.Create(value),
            JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(Copy)]),
            JsonValueKind.Object => new JsonObject(value.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, Copy(member.Value)))),
            JsonValueKind.Null => null,
            _ => JsonValue.Create(value),
        };

    string Mask(string text) => PersonalData.Replace(text, PersonalData.Find(text), match => PlaceholderOf(match.Kind.Tag, text[match.Start..match.End]));

    string PlaceholderOf(string tag, string value)
    {
        if (_placeholders.TryGetValue(value, out string? placeholder))
            return placeholder;
        int number = _counts[tag] = _counts.GetValueOrDefault(tag) + 1;
        return _placeholders[value] = $"[{tag}_{number}]";
    }
}
