using System.Text;
using Hone.Data.Quality.Similarity;
using Hone.Engine;

namespace Hone.Data.Pairs;

/// <summary>
/// Pairs of a sentence with what is left of it when a fifth to three fifths of its words are left out: a model learns to find a text by its own words (word dropout, Iyyer et al. 2015;
/// as pairs, Wu et al. 2020, CLEAR). A Chinese character counts as a word.
/// </summary>
/// <param name="share">How many of the sentences get such a pair, 0 to 1.</param>
public sealed class WordDropout(double share)
{
    const double Least = 0.2, Most = 0.6;

    /// <summary>Of fewer words too little is left.</summary>
    const int FewestWords = 4;

    readonly SeededRandom _random = new(1);

    /// <returns>The sentence with fewer words, or null where it gets no pair.</returns>
    public string? Of(string sentence)
    {
        if (_random.NextDouble() >= share)
            return null;
        string[] words = [.. Words(sentence)];
        if (words.Length < FewestWords)
            return null;
        double dropped = Least + (Most - Least) * _random.NextDouble();
        string left = string.Concat(words.Where(_ => _random.NextDouble() >= dropped)).Trim();
        return left.Length == 0 || left == sentence ? null : left;
    }

    /// <summary>The words of a sentence, each with the space behind it.</summary>
    static IEnumerable<string> Words(string sentence)
    {
        StringBuilder word = new();
        bool isWhole = true;
        foreach (Rune letter in sentence.EnumerateRunes())
        {
            string letters = letter.ToString();
            bool isSpace = Rune.IsWhiteSpace(letter), isChinese = NormalText.IsChinese(letters[0]);
            if (word.Length > 0 && !isSpace && (isWhole || isChinese))
            {
                yield return word.ToString();
                word.Clear();
            }
            word.Append(letters);
            isWhole = isSpace || isChinese;
        }
        if (word.Length > 0)
            yield return word.ToString();
    }
}
