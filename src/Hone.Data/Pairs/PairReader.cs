using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Pairs;

/// <summary>Reads pairs of texts: JSON Lines of <c>{"anchor": "…", "positive": "…", "negative": "…" or ["…"]}</c>, the last being optional.</summary>
public static class PairReader
{
    const string Anchor = "anchor", Positive = "positive", Negative = "negative";

    /// <exception cref="HoneException">A line is no pair; the message names the line, the field and what to do.</exception>
    public static IEnumerable<TextPair> Read(string path) => JsonLines.Read(path).Select(Pair);

    static TextPair Pair(JsonLine line)
    {
        foreach (JsonProperty property in line.Value.EnumerateObject())
        {
            if (property.Name is not (Anchor or Positive or Negative))
                throw Wrong(line, Text.Of($"has an unknown \"{property.Name}\"; known are {Anchor}, {Positive} and {Negative}", $"含有未知的 \"{property.Name}\"；可用的有 {Anchor}、{Positive} 和 {Negative}"));
        }
        return new TextPair(RequireText(line, Anchor), RequireText(line, Positive), [.. Negatives(line)], line.Line);
    }

    static IEnumerable<string> Negatives(JsonLine line) =>
        !line.Value.TryGetProperty(Negative, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(item => TextOf(line, item, Negative))
        : [TextOf(line, value, Negative)];

    static string RequireText(JsonLine line, string name) =>
        line.Value.TryGetProperty(name, out JsonElement value) ? TextOf(line, value, name) : throw Wrong(line, Text.Of($"has no \"{name}\"; add it", $"缺少 \"{name}\"；请加上"));

    static string TextOf(JsonLine line, JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { } text && !string.IsNullOrWhiteSpace(text)
            ? text
            : throw Wrong(line, Text.Of($"has a \"{name}\" that is no text; give one that is not empty", $"的 \"{name}\" 不是文本；请给出非空文本"));

    static HoneException Wrong(JsonLine line, string what) => new(Text.Of($"Line {line.Line} {what}.", $"第 {line.Line} 行{what}。"));
}
