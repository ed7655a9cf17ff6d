using System.Globalization;
using System.Text;

namespace Hone.Engine.Tokenizers.Components;

/// <summary>How BERT (Devlin et al. 2019) cleans text, and what it takes for punctuation.</summary>
static class BertText
{
    /// <summary>The blocks of Chinese characters, each of which BERT makes a word.</summary>
    static readonly (int First, int Last)[] ChineseBlocks =
    [
        (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
    ];

    /// <summary>The normalizer of tokenizer.json with its four switches.</summary>
    public static CharacterNormalizer Normalizer(bool cleans, bool separatesChinese, bool lowers, bool stripsAccents) =>
        new(text =>
        {
            text = cleans ? Clean(text) : text;
            text = separatesChinese ? SeparateChinese(text) : text;
            text = stripsAccents ? CharacterNormalizer.StripAccents(text.Normalize(NormalizationForm.FormD)) : text;
            return lowers ? text.ToLowerInvariant() : text;
        });

    /// <summary>ASCII's signs, letters and digits aside, and Unicode's punctuation.</summary>
    public static bool IsPunctuation(Rune rune) =>
        rune.IsAscii ? !Rune.IsLetterOrDigit(rune) && !Rune.IsControl(rune) && rune.Value != ' ' : Rune.IsPunctuation(rune);

    /// <summary>Control characters go, white space becomes spaces.</summary>
    static string Clean(string text)
    {
        var cleaned = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\n' or '\r' || (Rune.IsWhiteSpace(rune) && !Rune.IsControl(rune)))
                cleaned.Append(' ');
            else if (rune.Value is not (0 or 0xFFFD) && !IsControl(rune))
                cleaned.Append(rune);
        }
        return cleaned.ToString();
    }

    static bool IsControl(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate;

    static string SeparateChinese(string text)
    {
        var separated = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (ChineseBlocks.Any(block => rune.Value >= block.First && rune.Value <= block.Last))
                separated.Append(' ').Append(rune).Append(' ');
            else
                separated.Append(rune);
        }
        return separated.ToString();
    }
}
