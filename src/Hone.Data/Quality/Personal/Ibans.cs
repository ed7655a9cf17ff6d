using System.Text.RegularExpressions;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Quality.Personal;

/// <summary>International bank account numbers (ISO 13616): a country with its length, and 1 as the remainder of division by 97.</summary>
sealed partial class Ibans() : PersonalKind("IBAN")
{
    /// <summary>Country and length, from the registry of SWIFT.</summary>
    const string Lengths =
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20";

    static readonly Dictionary<string, int> LengthOf = Lengths.Split(' ').ToDictionary(entry => entry[..2], entry => int.Parse(entry[2..], System.Globalization.CultureInfo.InvariantCulture));

    public override string Name => Text.Of("bank accounts (IBAN)", "银行账户（IBAN）");

    public override Severity Severity => Severity.Error;

    public override IEnumerable<Range> Find(string text)
    {
        foreach (Match match in Candidate().Matches(text))
            if (LengthOf.TryGetValue(match.Value[..2], out int length) && EndOf(text, match, length) is { } end && IsValid(text[match.Index..end]))
                yield return match.Index..end;
    }

    public static bool IsValid(string iban)
    {
        string plain = iban.Replace(" ", "", StringComparison.Ordinal);
        int remainder = 0;
        foreach (char sign in plain[4..] + plain[..4])
            remainder = char.IsAsciiDigit(sign) ? ((remainder * 10) + (sign - '0')) % 97 : ((remainder * 100) + (sign - 'A' + 10)) % 97;
        return remainder == 1;
    }

    /// <summary>Where that many characters end, spaces not counted; null where there are fewer, or the word goes on.</summary>
    static int? EndOf(string text, Match match, int length)
    {
        int left = length;
        int end = match.Index;
        for (; end < match.Index + match.Length && left > 0; end++)
            left -= text[end] == ' ' ? 0 : 1;
        return left == 0 && (end == text.Length || !char.IsAsciiLetterOrDigit(text[end])) ? end : null;
    }

    [GeneratedRegex(@"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}")]
    private static partial Regex Candidate();
}
