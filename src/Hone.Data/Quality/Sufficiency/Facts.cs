using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Hone.Data.Quality.Sufficiency;

/// <summary>Words of a text that say something which cannot be guessed: numbers, names, abbreviations and rare words, in Chinese and English.</summary>
/// <param name="Words">Each once, as written but for the separators of numbers.</param>
/// <param name="RareCharacters">Chinese ones, which count as one fact together: there are too many in common words.</param>
sealed partial record Facts(IReadOnlyList<string> Words, IReadOnlyList<string> RareCharacters)
{
    // Traditional characters and those of Japanese are outside the table without being rare.
    const double MostRareCharacters = 0.1;
    const int LongWord = 13;

    static readonly HashSet<char> CommonCharacters = ReadCommonCharacters();

    public IEnumerable<string> All => Words.Concat(RareCharacters);

    public int Count => Words.Count + (RareCharacters.Count > 0 ? 1 : 0);

    public Facts Where(Func<string, bool> isKept) => new([.. Words.Where(isKept)], [.. RareCharacters.Where(isKept)]);

    public static Facts Of(string answer)
    {
        string text = Narrow(ListMarks().Replace(answer, ""));
        IEnumerable<string> words = [.. NumbersOf(text).Where(number => number.Length > 1), .. LatinWordsOf(text), .. ChineseNamesOf(text)];
        return new Facts([.. words.Distinct(StringComparer.OrdinalIgnoreCase)], [.. RareCharactersOf(text).Distinct()]);
    }

    /// <summary>The text with full-width letters and digits made narrow.</summary>
    public static string Narrow(string text) => text.AsSpan().ContainsAnyInRange('\uff10', '\uff5a') ? text.Normalize(NormalizationForm.FormKC) : text;

    /// <summary>The numbers of a text, 1,200.50 as 1200.5.</summary>
    public static IEnumerable<string> NumbersOf(string text) => Numbers().Matches(text).Select(match => Plain(match.Value));

    static string Plain(string number) =>
        decimal.TryParse(number.Replace(",", "", StringComparison.Ordinal), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)
            ? value.ToString("0.############################", CultureInfo.InvariantCulture)
            : number;

    /// <summary>Names inside a sentence, abbreviations, words with digits, and long words without a common ending.</summary>
    static List<string> LatinWordsOf(string text)
    {
        List<string> words = [];
        (int nameStart, int nameEnd) = (-1, -1);
        foreach (ValueMatch match in LatinWord().EnumerateMatches(text))
        {
            (int start, int end) = (match.Index, match.Index + match.Length);
            bool isCapitalised = match.Length > 1 && char.IsAsciiLetterUpper(text[start]) && char.IsAsciiLetterLower(text[start + 1]);
            if (nameStart >= 0 && isCapitalised && nameEnd == start - 1 && text[nameEnd] == ' ')
            {
                nameEnd = end;
                continue;
            }
            if (nameStart >= 0)
                words.Add(text[nameStart..nameEnd]);
            (nameStart, nameEnd) = isCapitalised && IsInsideSentence(text, start) ? (start, end) : (-1, -1);
            if (nameStart < 0 && (IsAbbreviation(text, start, end) || HasLettersAndDigits(text.AsSpan(start..end)) || IsRareLong(text.AsSpan(start..end))))
                words.Add(text[start..end]);
        }
        if (nameStart >= 0)
            words.Add(text[nameStart..nameEnd]);
        return words;
    }

    static bool IsInsideSentence(string text, int start) => start >= 2 && text[start - 1] == ' ' && (char.IsAsciiLetterLower(text[start - 2]) || text[start - 2] == ',');

    /// <summary>Capital letters and digits, where the words beside are not shouted too.</summary>
    static bool IsAbbreviation(string text, int start, int end) =>
        end - start >= 2
        && !text.AsSpan(start, end - start).ContainsAnyInRange('a', 'z')
        && char.IsAsciiLetterUpper(text[start])
        && !(start >= 2 && text[start - 1] == ' ' && char.IsAsciiLetterUpper(text[start - 2]))
        && !(end + 2 < text.Length && text[end] == ' ' && char.IsAsciiLetterUpper(text[end + 1]) && char.IsAsciiLetterUpper(text[end + 2]));

    static bool HasLettersAndDigits(ReadOnlySpan<char> word) => word.Length >= 3 && word.ContainsAnyInRange('0', '9') && word.ContainsAnyExceptInRange('0', '9');

    static bool IsRareLong(ReadOnlySpan<char> word) => word.Length >= LongWord && !CommonEnding().IsMatch(word);

    static IEnumerable<string> ChineseNamesOf(string text) => text.AsSpan().ContainsAny('《', '·') ? ChineseName().Matches(text).Select(match => match.Value) : [];

    /// <summary>Chinese characters outside the 3,755 of level 1 of GB 2312, which are the common ones.</summary>
    static IEnumerable<string> RareCharactersOf(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u4e00', '\u9fff'))
            return [];
        char[] chinese = [.. text.Where(letter => letter is >= '\u4e00' and <= '\u9fff')];
        char[] rare = [.. chinese.Where(letter => !CommonCharacters.Contains(letter))];
        return rare.Length > chinese.Length * MostRareCharacters ? [] : rare.Select(letter => letter.ToString());
    }

    static HashSet<char> ReadCommonCharacters()
    {
        Encoding gb2312 = CodePagesEncodingProvider.Instance.GetEncoding("gb2312")!;
        HashSet<char> common = [];
        // Level 1 is the rows 16 to 55 of 94 characters; the last row has 89.
        for (int row = 0xb0; row <= 0xd7; row++)
            for (int cell = 0xa1; cell <= (row == 0xd7 ? 0xf9 : 0xfe); cell++)
                common.Add(gb2312.GetString([(byte)row, (byte)cell])[0]);
        return common;
    }

    [GeneratedRegex(@"(?<![A-Za-z\d.,])\d[\d,]*(?:\.\d+)?(?![A-Za-z])")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"^[ \t]*(?:\d{1,2}[.)、:：]|[(（]\d{1,2}[)）]|第\d{1,2}[步章节条天])", RegexOptions.Multiline)]
    private static partial Regex ListMarks();

    [GeneratedRegex("[A-Za-z][A-Za-z0-9]*|[0-9]+[A-Za-z][A-Za-z0-9]*")]
    private static partial Regex LatinWord();

    [GeneratedRegex("(?:tions?|ness|nesses|ments?|ity|ities|able|ably|ing|ly|istics?|ive|ence|ance|als?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CommonEnding();

    // Titles, and foreign names from the middle of their first part to that of their last.
    [GeneratedRegex(@"《[^》\n]{1,30}》|[\u4e00-\u9fff]{2}(?:·[\u4e00-\u9fff]{2})+")]
    private static partial Regex ChineseName();
}
