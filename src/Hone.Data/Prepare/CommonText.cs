using System.Text;

namespace Hone.Data.Prepare;

/// <summary>What texts begin and end with, and how long they are, in characters: Unicode code points, of which none is split.</summary>
public static class CommonText
{
    public static int Length(string text) => text.EnumerateRunes().Count();

    /// <summary>The longest text that all begin with; empty when there are none.</summary>
    public static string Prefix(IEnumerable<string> texts)
    {
        string? common = null;
        foreach (string text in texts)
        {
            common ??= text;
            int length = common.AsSpan().CommonPrefixLength(text);
            bool splits = length > 0 && length < common.Length && char.IsSurrogatePair(common, length - 1);
            splits |= length > 0 && length < text.Length && char.IsSurrogatePair(text, length - 1);
            common = common[..(splits ? length - 1 : length)];
            if (common.Length == 0)
                break;
        }
        return common ?? "";
    }

    /// <summary>The longest text that all end with; empty when there are none.</summary>
    public static string Suffix(IEnumerable<string> texts)
    {
        string? common = null;
        foreach (string text in texts)
        {
            common ??= text;
            int length = 0;
            int most = Math.Min(common.Length, text.Length);
            while (length < most && common[^(length + 1)] == text[^(length + 1)])
                length++;
            bool splits = length > 0 && SplitsBefore(common, length) | SplitsBefore(text, length);
            common = common[^(splits ? length - 1 : length)..];
            if (common.Length == 0)
                break;
        }
        return common ?? "";
    }

    /// <summary>
    /// The part of a common ending that can end a text: without the letters and digits it starts with, which belong to the words before.
    /// " positive" and " negative" both end with "tive", but no text should stop there.
    /// </summary>
    public static string Ending(IEnumerable<string> texts)
    {
        string suffix = Suffix(texts);
        int start = 0;
        foreach (Rune rune in suffix.EnumerateRunes())
        {
            if (!Rune.IsLetterOrDigit(rune))
                break;
            start += rune.Utf16SequenceLength;
        }
        return suffix[start..];
    }

    static bool SplitsBefore(string text, int length) => text.Length > length && char.IsSurrogatePair(text, text.Length - length - 1);
}
