using System.Globalization;
using System.Text;

namespace Hone.Data.Quality;

/// <summary>The language of a text as its script tells it.</summary>
enum Script
{
    /// <summary>No letters.</summary>
    None,
    Chinese,

    /// <summary>Latin letters, which are taken for English.</summary>
    English,
    Other,
    Mixed,
}

/// <summary>Tells scripts apart by counting: each Chinese character and each word of letters is one.</summary>
static class Scripts
{
    // A Chinese text may hold English names and terms, an English one a few characters.
    const double MostlyOne = 0.7;

    public static Script Of(string text)
    {
        (int chinese, int english, int other) = (0, 0, 0);
        bool isInWord = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isHan = rune.Value is >= 0x3400 and <= 0x9fff or >= 0xf900 and <= 0xfaff or >= 0x20000 and <= 0x3ffff;
            bool isLetter = !isHan && Rune.IsLetter(rune);
            if (isHan)
                chinese++;
            else if (isLetter && IsSyllable(rune.Value))
                other++;
            else if (isLetter && !isInWord && IsLatin(rune))
                english++;
            else if (isLetter && !isInWord)
                other++;
            isInWord = isLetter || (isInWord && Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark);
        }

        double all = chinese + english + other;
        if (all == 0)
            return Script.None;
        return chinese >= all * MostlyOne ? Script.Chinese : english >= all * MostlyOne ? Script.English : other >= all * (1 - MostlyOne) ? Script.Other : Script.Mixed;
    }

    static bool IsLatin(Rune rune) => rune.Value is < 0x250 or >= 0x1e00 and <= 0x1eff or >= 0xff21 and <= 0xff5a;

    // Kana and Hangul: one character is about a word, as in Chinese.
    static bool IsSyllable(int value) => value is >= 0x3040 and <= 0x30ff or >= 0xac00 and <= 0xd7a3;
}
