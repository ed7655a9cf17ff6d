using System.Globalization;

namespace Hone.Engine.Tokenizers.Splitting;

/// <summary>What the pre-tokenizer patterns ask of a character, one bit per question.</summary>
[Flags]
enum CharacterClass
{
    None = 0,

    /// <summary>\p{L}</summary>
    Letter = 1,

    /// <summary>\p{N}</summary>
    Number = 2,

    /// <summary>\s, the Unicode property White_Space</summary>
    Space = 4,

    /// <summary>[\r\n]</summary>
    LineBreak = 8,

    /// <summary>[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]</summary>
    WordStart = 16,

    /// <summary>[\p{Ll}\p{Lm}\p{Lo}\p{M}]</summary>
    WordRest = 32,

    /// <summary>Half of a code point above U+FFFF: the question must be asked of the pair.</summary>
    Surrogate = 64,
}

/// <summary>Classes of code points in UTF-16 text: one table look-up, except for surrogate pairs.</summary>
static class CharacterClasses
{
    static readonly byte[] Table = BuildTable();

    /// <summary>The class of the code point that starts at <paramref name="index"/>, and its length in UTF-16 units. A lone surrogate has no class.</summary>
    public static CharacterClass Of(ReadOnlySpan<char> text, int index, out int length)
    {
        var found = (CharacterClass)Table[text[index]];
        length = 1;
        return found == CharacterClass.Surrogate ? OfPair(text, index, out length) : found;
    }

    /// <summary>The end of the run of code points, from <paramref name="index"/> on, that have any of the wanted classes.</summary>
    public static int RunEnd(ReadOnlySpan<char> text, int index, CharacterClass wanted)
    {
        while (index < text.Length)
        {
            var found = (CharacterClass)Table[text[index]];
            int length = 1;
            if (found == CharacterClass.Surrogate)
                found = OfPair(text, index, out length);
            if ((found & wanted) == 0)
                break;
            index += length;
        }
        return index;
    }

    /// <summary>The end of the run of code points, from <paramref name="index"/> on, that have none of the unwanted classes.</summary>
    public static int RunEndWithout(ReadOnlySpan<char> text, int index, CharacterClass unwanted)
    {
        while (index < text.Length && (Of(text, index, out int length) & unwanted) == 0)
            index += length;
        return index;
    }

    static CharacterClass OfPair(ReadOnlySpan<char> text, int index, out int length)
    {
        length = 1;
        if (index + 1 >= text.Length || !char.IsSurrogatePair(text[index], text[index + 1]))
            return CharacterClass.None;

        length = 2;
        return OfCategory(CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(text[index], text[index + 1])));
    }

    static byte[] BuildTable()
    {
        var table = new byte[char.MaxValue + 1];
        for (int unit = 0; unit < table.Length; unit++)
        {
            char c = (char)unit;
            CharacterClass found = char.IsSurrogate(c) ? CharacterClass.Surrogate : OfCategory(char.GetUnicodeCategory(c));
            if (char.IsWhiteSpace(c))
                found |= CharacterClass.Space;
            if (c is '\r' or '\n')
                found |= CharacterClass.LineBreak;
            table[unit] = (byte)found;
        }
        return table;
    }

    static CharacterClass OfCategory(UnicodeCategory category) =>
        category switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => CharacterClass.Letter | CharacterClass.WordStart,
            UnicodeCategory.LowercaseLetter => CharacterClass.Letter | CharacterClass.WordRest,
            UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CharacterClass.Letter | CharacterClass.WordStart | CharacterClass.WordRest,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => CharacterClass.WordStart
                | CharacterClass.WordRest,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharacterClass.Number,
            _ => CharacterClass.None,
        };
}
