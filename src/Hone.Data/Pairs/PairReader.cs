using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Pairs;

/// <summary>
/// Reads pairs of texts from JSON Lines: <c>{"anchor": "…", "positive": "…", "negative": "…" or ["…"]}</c>, the last being optional, or
/// <c>{"sentence1": "…", "sentence2": "…", "score": 3.5}</c>.
/// </summary>
public static class PairReader
{
    const string Anchor = "anchor", Positive = "positive", Negative = "negative";
    const string First = "sentence1", Second = "sentence2", Score = "score";

    /// <summary>Whether the first line of a file is a pair of texts, of either kind. One that cannot be read is none.</summary>
    public static bool IsPairs(string path)
    {
        try
        {
            return KindOf(path) is not null;
        }
        catch (HoneException problem) when (problem is not PipeException)
        {
            return false;
        }
    }

    /// <summary>What the first line of a file holds; null where it is no pair of texts.</summary>
    public static PairKind? KindOf(string path)
    {
        foreach (JsonLine line in JsonLines.Read(path))
        {
            bool Has(string name) => line.Value.TryGetProperty(name, out _);
            return Has(First) || Has(Second) ? PairKind.Scored : Has(Anchor) || Has(Positive) ? PairKind.Matching : null;
        }
        return null;
    }

    /// <summary>Reads a file of either kind and forgets it again.</summary>
    /// <exception cref="HoneException">A line is no pair; the message names the line, the field and what to do.</exception>
    public static void Check(string path)
    {
        if (KindOf(path) == PairKind.Scored)
            _ = ReadScored(path).Count();
        else
            _ = Read(path).Count();
    }

    /// <summary>Texts that belong together.</summary>
    /// <exception cref="HoneException">A line is no pair; the message names the line, the field and what to do.</exception>
    public static IEnumerable<TextPair> Read(string path) => JsonLines.Read(path).Select(Pair);

    /// <summary>Texts that are more or less alike.</summary>
    /// <inheritdoc cref="Read"/>
    public static IEnumerable<ScoredTexts> ReadScored(string path) => JsonLines.Read(path).Select(Scored);

    static ScoredTexts Scored(JsonLine line)
    {
        RequireKnown(line, First, Second, Score);
        bool isNumber = line.Value.TryGetProperty(Score, out JsonElement score) && score.ValueKind == JsonValueKind.Number && double.IsFinite(score.GetDouble());
        return isNumber
            ? new ScoredTexts(RequireText(line, First), RequireText(line, Second), score.GetDouble(), line.Line)
            : throw Wrong(line, Text.Of($"has no number in \"{Score}\"; give one", $"的 \"{Score}\" 不是数；请给出数值"));
    }

    static TextPair Pair(JsonLine line)
    {
        RequireKnown(line, Anchor, Positive, Negative);
        return new TextPair(RequireText(line, Anchor), RequireText(line, Positive), [.. Negatives(line)], line.Line);
    }

    static void RequireKnown(JsonLine line, params string[] names)
    {
        foreach (JsonProperty property in line.Value.EnumerateObject())
            if (!names.Contains(property.Name))
            {
                string name = Excerpt.Of(property.Name);
                throw Wrong(line, Text.Of($"has an unknown \"{name}\"; known are {string.Join(", ", names[..^1])} and {names[^1]}", $"含有未知的 \"{name}\"；可用的有 {string.Join("、", names[..^1])} 和 {names[^1]}"));
            }
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
