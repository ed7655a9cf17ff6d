using System.Globalization;
using System.Text.RegularExpressions;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Quality.Personal;

/// <summary>Numbers of Chinese identity cards (GB 11643-1999): a province, a date of birth that exists, and a check character by ISO 7064 mod 11-2.</summary>
sealed partial class ChineseIdentityNumbers() : PersonalKind("ID_CARD")
{
    const int Length = 18;
    const int DateStart = 6;
    const int DateLength = 8;
    const string CheckCharacters = "10X98765432";

    static readonly int[] Weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    public override string Name => Text.Of("Chinese identity numbers", "身份证号");

    public override Severity Severity => Severity.Error;

    public override IEnumerable<Range> Find(string text)
    {
        foreach (Match match in Candidate().Matches(text))
            if (IsValid(match.Value))
                yield return match.Index..(match.Index + Length);
    }

    public static bool IsValid(string number) =>
        DateOnly.TryParseExact(number.AsSpan(DateStart, DateLength), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        && CheckCharacters[Weights.Select((weight, i) => weight * (number[i] - '0')).Sum() % CheckCharacters.Length] == char.ToUpperInvariant(number[^1]);

    [GeneratedRegex(@"(?<![0-9A-Za-z])(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{4}(?:19|20)[0-9]{2}[01][0-9][0-3][0-9]{4}[0-9Xx](?![0-9A-Za-z])")]
    private static partial Regex Candidate();
}
