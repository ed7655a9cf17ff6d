namespace Hone.Data.Pairs;

/// <summary>Pairs of texts that belong together because of where they stand in a document: its title with its first paragraph, and neighbouring sentences.</summary>
public static class CorpusPairs
{
    /// <summary>In characters. Shorter sentences say little alone; longer ones are lists more often than sentences.</summary>
    const int ShortestSentence = 12, LongestSentence = 300;

    const int LongestTitle = 80, ShortestParagraph = 20, LongestParagraph = 400;

    /// <param name="document">Lines: the title, then paragraphs.</param>
    /// <param name="dropout">Gives some sentences a pair with what is left of them without some of their words; null for none.</param>
    public static IEnumerable<(string Anchor, string Positive)> Of(string document, WordDropout? dropout = null)
    {
        string[] lines = document.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length < 2)
            yield break;
        if (lines[0].Length <= LongestTitle && lines[1].Length >= ShortestParagraph)
            yield return (lines[0], lines[1].Length > LongestParagraph ? Cut(lines[1], LongestParagraph) : lines[1]);
        foreach (string paragraph in lines.Skip(1))
        {
            string[] sentences = [.. Sentences(paragraph)];
            for (int i = 0; i + 1 < sentences.Length; i += 2)
            {
                if (!IsUsable(sentences[i]) || !IsUsable(sentences[i + 1]))
                    continue;
                yield return (sentences[i], sentences[i + 1]);
                if (dropout?.Of(sentences[i + 1]) is { } left)
                    yield return (left, sentences[i + 1]);
            }
        }
    }

    /// <summary>The sentences of a paragraph: up to a Chinese full stop, question or exclamation mark, or up to a Western one before a space.</summary>
    public static IEnumerable<string> Sentences(string paragraph)
    {
        int start = 0;
        for (int i = 0; i < paragraph.Length; i++)
        {
            bool isEnd = paragraph[i] is '。' or '！' or '？'
                || (paragraph[i] is '.' or '!' or '?' && i + 2 < paragraph.Length && paragraph[i + 1] == ' ' && char.IsUpper(paragraph[i + 2]));
            if (!isEnd)
                continue;
            yield return paragraph[start..(i + 1)].Trim();
            start = i + 1;
        }
        if (paragraph[start..].Trim() is { Length: > 0 } rest)
            yield return rest;
    }

    static bool IsUsable(string sentence) => sentence.Length is >= ShortestSentence and <= LongestSentence;

    /// <summary>The beginning of a text, never ending within a character.</summary>
    static string Cut(string text, int length) => text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
