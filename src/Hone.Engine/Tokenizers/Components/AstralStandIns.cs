using System.Globalization;
using System.Text;

namespace Hone.Engine.Tokenizers.Components;

/// <summary>
/// .NET's regular expressions see a code point above U+FFFF as two halves that belong to no letter class. Text for them has a stand-in
/// below U+FFFF, of the same general category, for each such code point. A pattern that names single characters up there is beyond this.
/// </summary>
static class AstralStandIns
{
    static readonly Dictionary<UnicodeCategory, char> StandIns = new()
    {
        [UnicodeCategory.UppercaseLetter] = 'Ꙋ',
        [UnicodeCategory.LowercaseLetter] = 'ꙋ',
        [UnicodeCategory.ModifierLetter] = 'ꀕ',
        [UnicodeCategory.OtherLetter] = 'ꀀ',
        [UnicodeCategory.NonSpacingMark] = '\uA66F',
        [UnicodeCategory.SpacingCombiningMark] = '\uA823',
        [UnicodeCategory.DecimalDigitNumber] = '꘠',
        [UnicodeCategory.LetterNumber] = 'ꛦ',
        [UnicodeCategory.OtherNumber] = '꠰',
        [UnicodeCategory.OtherPunctuation] = '꘎',
        [UnicodeCategory.MathSymbol] = '⨀',
        [UnicodeCategory.ModifierSymbol] = '꜀',
        [UnicodeCategory.Format] = '\u2061',
        [UnicodeCategory.PrivateUse] = '\uE000',
        [UnicodeCategory.OtherNotAssigned] = '\u2FE0',
    };

    /// <summary>The text with stand-ins, and where each of its characters, and its end, was; null where there is nothing to replace.</summary>
    public static string Replace(string text, out int[]? positions)
    {
        positions = null;
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return text;

        var result = new StringBuilder(text.Length);
        var places = new List<int>(text.Length + 1);
        for (int index = 0; index < text.Length; index++)
        {
            places.Add(index);
            bool isPair = index + 1 < text.Length && char.IsSurrogatePair(text, index);
            result.Append(isPair ? StandIns.GetValueOrDefault(CharUnicodeInfo.GetUnicodeCategory(text, index), '꒐') : text[index]);
            if (isPair)
                index++;
        }
        positions = [.. places, text.Length];
        return result.ToString();
    }
}
