using System.Text.RegularExpressions;
using Hone.Data.Augmentation.Words;
using Hone.Engine;

namespace Hone.Data.Augmentation.Changes;

/// <summary>Words give way to synonyms, which take over their capitals; "a" and "an" follow them.</summary>
sealed partial class SynonymChange(SynonymTable synonyms) : ITextChange
{
    public string Name => "synonym";

    public IReadOnlyList<TextEdit> Change(string text, IReadOnlyList<Token> tokens, int count, SeededRandom random)
    {
        int[] places = [.. Enumerable.Range(0, tokens.Count).Where(i => tokens[i].IsReplaceable)];
        random.Shuffle<int>(places);
        List<TextEdit> edits = [];
        foreach (int i in places.Take(count))
        {
            IReadOnlyList<string> others = synonyms.Of(tokens[i].Word);
            string other = LikeCase(tokens[i].Word, others[random.NextInt32(others.Count)]);
            edits.Add(new TextEdit(tokens[i].Start, tokens[i].Word.Length, other));
            if (ArticleBefore(text, tokens[i].Start) is { } article && StartsWithVowel(other) != (article.Length == 2))
                edits.Add(new TextEdit(tokens[i].Start - 1 - article.Length, article.Length, StartsWithVowel(other) ? $"{article[0]}n" : $"{article[0]}"));
        }
        return edits;
    }

    static string LikeCase(string word, string other) => char.IsUpper(word[0]) && char.IsLower(other[0]) ? char.ToUpperInvariant(other[0]) + other[1..] : other;

    /// <summary>"a" or "an" right before a place; null where there is none.</summary>
    static string? ArticleBefore(string text, int start)
    {
        if (start < 2 || text[start - 1] != ' ')
            return null;
        int from = start - 2;
        while (from > 0 && char.IsLetter(text[from - 1]))
            from--;
        string before = text[from..(start - 1)];
        return before is "a" or "A" or "an" or "An" ? before : null;
    }

    /// <summary>By sound: an honest man but a honeymoon, a useful tool but an usher, a unique one but an uninvited one.</summary>
    static bool StartsWithVowel(string word) => !ConsonantSound().IsMatch(word) && VowelSound().IsMatch(word);

    [GeneratedRegex("^(?:eu|uni(?!d|m|n)|us(?!h)|one|once)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ConsonantSound();

    [GeneratedRegex("^(?:[aeiou]|hones|hono|hour|heir)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex VowelSound();
}
