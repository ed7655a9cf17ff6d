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
    public const string Negative = "negative", Score = "score";

    const string Anchor = "anchor", Positive = "positive";
    const string First = "sentence1", Second = "sentence2";

    /// <summary>The scales that scores are on: that of labels and cosines, and that of STS-B.</summary>
    internal const int ShortScale = 1, LongScale = 5;

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
            return KindOf([.. line.Value.EnumerateObject().Select(member => member.Name)]);
        return null;
    }

    /// <summary>What rows with these members hold; null where they are no pairs of texts.</summary>
    public static PairKind? KindOf(IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Contains(First) || names.Contains(Second) ? PairKind.Scored : names.Contains(Anchor) || names.Contains(Positive) ? PairKind.Matching : null;
    }

    /// <summary>The columns of the two texts in a table that calls them as pairs do; null for any other.</summary>
    public static (string First, string Second)? TextsIn(IReadOnlyCollection<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return columns.Contains(First) && columns.Contains(Second) ? (First, Second) : columns.Contains(Anchor) && columns.Contains(Positive) ? (Anchor, Positive) : null;
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
    public static IEnumerable<TextPair> Read(string path) => JsonLines.Read(path).Select(line => PairOf(line.Value, Strict(line))!);

    /// <summary>Texts that are more or less alike.</summary>
    /// <inheritdoc cref="Read"/>
    public static IEnumerable<ScoredTexts> ReadScored(string path) => JsonLines.Read(path).Select(line => ScoredOf(line.Value, Strict(line))!);

    /// <summary>The pair of a line; null when something was reported that training refuses.</summary>
    internal static TextPair? PairOf(JsonElement line, LineReport report)
    {
        var fields = LineFields.Of(report, line);
        fields.AllowOnly(Anchor, Positive, Negative);
        (string? anchor, string? positive) = (TextOf(fields, Anchor), TextOf(fields, Positive));
        string[] negatives = [.. NegativesOf(fields)];
        return report.HasErrors ? null : new TextPair(anchor!, positive!, negatives, report.Line);
    }

    /// <inheritdoc cref="PairOf"/>
    internal static ScoredTexts? ScoredOf(JsonElement line, LineReport report)
    {
        var fields = LineFields.Of(report, line);
        fields.AllowOnly(First, Second, Score);
        (string? first, string? second, double? score) = (TextOf(fields, First), TextOf(fields, Second), ScoreOf(fields));
        return report.HasErrors ? null : new ScoredTexts(first!, second!, score!.Value, report.Line);
    }

    static LineReport Strict(JsonLine line) => new(line.Example, line.Line, take: null);

    static string? TextOf(LineFields fields, string name)
    {
        string? text = fields.RequireText(name);
        if (text is not null)
            RequireSaid(fields, name, text);
        return text;
    }

    static IEnumerable<string> NegativesOf(LineFields fields)
    {
        if (fields.Find(Negative) is not { } value)
            yield break;
        bool isList = value.ValueKind == JsonValueKind.Array;
        int number = 0;
        foreach (JsonElement item in isList ? value.EnumerateArray() : (IEnumerable<JsonElement>)[value])
        {
            string name = isList ? $"{Negative}[{number++}]" : Negative;
            if (item.ValueKind != JsonValueKind.String)
            {
                fields.Report(FindingCodes.WrongType, name, Text.Of($"'{name}' is {LineFields.Kind(item)}", $"的 '{name}' 是{LineFields.Kind(item)}"), Text.Of("give a string", "请给出字符串"));
                continue;
            }
            RequireSaid(fields, name, item.GetString()!);
            yield return item.GetString()!;
        }
    }

    static void RequireSaid(LineFields fields, string name, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            fields.Report(FindingCodes.EmptyText, name, Text.Of($"has an empty '{name}'", $"的 '{name}' 为空"), Text.Of("give a text, or remove the pair", "请给出文本，或删除该文本对"));
    }

    static double? ScoreOf(LineFields fields)
    {
        if (fields.Require(Score) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.GetDouble() is >= 0 and <= LongScale and var score)
            return score;
        string said = Excerpt.Of(value.GetRawText());
        fields.Report(
            FindingCodes.InvalidScore, Score,
            Text.Of($"has the score {said}", $"的分数是 {said}"),
            Text.Of($"give a number from 0 to {ShortScale}, or from 0 to {LongScale}", $"请给出 0 到 {ShortScale} 之间的数，或 0 到 {LongScale} 之间的数"));
        return null;
    }
}
