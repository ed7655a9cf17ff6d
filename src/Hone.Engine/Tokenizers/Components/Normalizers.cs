using System.Globalization;
using System.Text;

namespace Hone.Engine.Tokenizers.Components;

/// <summary>Text on its way through the normalizers, with the position in the caller's text of each character and of the end (null: the same).</summary>
readonly record struct AlignedText(string Text, int[]? Origins)
{
    /// <summary>The position in the caller's text of a character, or of the end.</summary>
    public int Origin(int index) => Origins is null ? index : Origins[index];
}

/// <summary>A step that rewrites text before it is cut into pieces.</summary>
abstract class Normalizer
{
    /// <summary>Rewrites the text, and its origins when <paramref name="tracksOrigins"/>.</summary>
    public abstract AlignedText Apply(AlignedText input, bool tracksOrigins);

    /// <summary>The normalizer without a caller that needs origins.</summary>
    public string Apply(string text) => Apply(new AlignedText(text, null), tracksOrigins: false).Text;
}

/// <summary>Several normalizers, one after the other.</summary>
sealed class NormalizerSequence(IReadOnlyList<Normalizer> steps) : Normalizer
{
    public override AlignedText Apply(AlignedText input, bool tracksOrigins) =>
        steps.Aggregate(input, (text, step) => step.Apply(text, tracksOrigins));
}

/// <summary>A rewriting of characters and their marks: one of Unicode's four normalization forms, lower case and the like.</summary>
sealed class CharacterNormalizer(Func<string, string> rewrite) : Normalizer
{
    public static CharacterNormalizer ToForm(NormalizationForm form) => new(text => text.IsNormalized(form) ? text : text.Normalize(form));

    public static CharacterNormalizer ToLower { get; } = new(text => text.ToLowerInvariant());

    public static CharacterNormalizer WithoutAccents { get; } = new(StripAccents);

    /// <summary>The text without the marks that stand on characters.</summary>
    public static string StripAccents(string text) =>
        string.Concat(text.Where((_, index) => CharUnicodeInfo.GetUnicodeCategory(text, index) != UnicodeCategory.NonSpacingMark));

    public override AlignedText Apply(AlignedText input, bool tracksOrigins)
    {
        string valid = WellFormed(input.Text);
        string output = rewrite(valid);
        return !tracksOrigins || output == valid ? input with { Text = output } : new AlignedText(output, Align(input with { Text = valid }, output));
    }

    /// <summary>Aligns character by character with its marks: what composes never reaches further.</summary>
    int[] Align(AlignedText input, string output)
    {
        var origins = new int[output.Length + 1];
        int written = 0;
        for (int start = 0; start < input.Text.Length; )
        {
            int end = ClusterEnd(input.Text, start);
            int until = Math.Min(output.Length, written + rewrite(input.Text[start..end]).Length);
            origins.AsSpan(written, until - written).Fill(input.Origin(start));
            (written, start) = (until, end);
        }
        origins.AsSpan(written).Fill(input.Origin(input.Text.Length));
        return origins;
    }

    static int ClusterEnd(string text, int start)
    {
        int end = start + RuneLength(text, start);
        while (end < text.Length && (IsMark(text, end) || text[end] is >= '\u1160' and <= '\u11FF'))
            end += RuneLength(text, end);
        return end;
    }

    static bool IsMark(string text, int index) =>
        CharUnicodeInfo.GetUnicodeCategory(text, index)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark;

    static int RuneLength(string text, int index) => index + 1 < text.Length && char.IsSurrogatePair(text, index) ? 2 : 1;

    // Half of a surrogate pair is no text: it becomes U+FFFD here as it does in UTF-8.
    static string WellFormed(string text) =>
        text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
}

/// <summary>Puts a string before text that is not empty.</summary>
sealed class PrependNormalizer(string prefix) : Normalizer
{
    public override AlignedText Apply(AlignedText input, bool tracksOrigins)
    {
        if (input.Text.Length == 0)
            return input;
        if (!tracksOrigins)
            return new AlignedText(prefix + input.Text, null);

        int[] origins = input.Origins ?? [.. Enumerable.Range(0, input.Text.Length + 1)];
        return new AlignedText(prefix + input.Text, [.. Enumerable.Repeat(origins[0], prefix.Length), .. origins]);
    }
}

/// <summary>Replaces every match of a pattern.</summary>
sealed class ReplaceNormalizer(Func<string, IEnumerable<(int Start, int End)>> matches, string replacement) : Normalizer
{
    public override AlignedText Apply(AlignedText input, bool tracksOrigins)
    {
        var output = new StringBuilder(input.Text.Length);
        List<int>? origins = tracksOrigins ? new List<int>(input.Text.Length + 1) : null;
        int done = 0;
        foreach ((int start, int end) in matches(input.Text))
        {
            Keep(input, done, start, output, origins);
            output.Append(replacement);
            origins?.AddRange(Enumerable.Repeat(input.Origin(start), replacement.Length));
            done = end;
        }
        if (done == 0)
            return input;
        Keep(input, done, input.Text.Length, output, origins);
        origins?.Add(input.Origin(input.Text.Length));
        return new AlignedText(output.ToString(), origins?.ToArray());
    }

    static void Keep(AlignedText input, int start, int end, StringBuilder output, List<int>? origins)
    {
        output.Append(input.Text, start, end - start);
        for (int index = start; origins is not null && index < end; index++)
            origins.Add(input.Origin(index));
    }
}

/// <summary>Cuts white space off the ends of the text.</summary>
sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override AlignedText Apply(AlignedText input, bool tracksOrigins)
    {
        int start = left ? input.Text.Length - input.Text.AsSpan().TrimStart().Length : 0;
        int end = right ? Math.Max(start, input.Text.AsSpan().TrimEnd().Length) : input.Text.Length;
        if (!tracksOrigins)
            return new AlignedText(input.Text[start..end], null);

        int[] origins = input.Origins ?? [.. Enumerable.Range(0, input.Text.Length + 1)];
        return new AlignedText(input.Text[start..end], origins[start..(end + 1)]);
    }
}
