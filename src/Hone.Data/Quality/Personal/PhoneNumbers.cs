using System.Text.RegularExpressions;
using Hone.Engine;

namespace Hone.Data.Quality.Personal;

/// <summary>
/// Phone numbers: Chinese mobile ones of ranges that are given out, Chinese landlines with an area code, international ones with a plus and a country code (E.164), and US ones with separators.
/// Not those of services (400, 800 and the like) and of fiction (555-01xx). A number that is called an order or the like is none.
/// </summary>
sealed partial class PhoneNumbers() : PersonalKind("PHONE")
{
    public override string Name => Text.Of("phone numbers", "电话号码");

    public override IEnumerable<Range> Find(string text)
    {
        foreach (Match match in Candidate().Matches(text))
            if (!NumberContext.IsOther(text, match.Index) && !(match.Groups["country"].Success && !IsInternational(match.Groups["country"].Value)))
                yield return match.Index..(match.Index + match.Length);
    }

    /// <summary>Eight to fifteen digits after the plus; those of North America are eleven.</summary>
    static bool IsInternational(string number)
    {
        string digits = string.Concat(number.Where(char.IsAsciiDigit));
        return digits.Length is >= 8 and <= 15 && CountryCode().IsMatch(digits) && (digits[0] != '1' || (digits.Length == 11 && digits[1] >= '2'));
    }

    [GeneratedRegex(
        """
        (?<![0-9A-Za-z._/+-])
        (?:(?:(?:\+|00)?86[-\ ]?)?1(?:3[0-9]|4[014-9]|5[0-35-9]|6[2567]|7[0-8]|8[0-9]|9[0-35-9])[-\ ]?[0-9]{4}[-\ ]?[0-9]{4}
        |[(（]0(?:10|2[0-9]|[3-9][0-9]{2})[)）]\ ?[2-8][0-9]{6,7}
        |0(?:10|2[0-9]|[3-9][0-9]{2})[-\ ][2-8][0-9]{6,7}
        |(?<![0-9]\ )(?<country>\+[1-9](?:[-.\ ()]{0,2}[0-9]){7,14})
        |(?:1[-.\ ])?(?!400|8(?:00|33|44|55|66|77|88))[2-9][0-9]{2}(?<separator>[-.\ ])(?!555[-.\ ]01)[2-9][0-9]{2}\k<separator>[0-9]{4}
        |(?:1[-.\ ])?\((?!400|8(?:00|33|44|55|66|77|88))[2-9][0-9]{2}\)\ ?(?!555[-.\ ]01)[2-9][0-9]{2}[-.\ ][0-9]{4})
        (?![0-9A-Za-z_/-]|\.[0-9])
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Candidate();

    // The codes that the ITU has assigned.
    [GeneratedRegex(@"^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-689][0-9]|3[578][0-9]|42[013]|50[0-9]|59[0-9]|6[789][0-9]|85[02356]|88[06]|96[0-8]|97[0-79]|99[2-68])")]
    private static partial Regex CountryCode();
}
