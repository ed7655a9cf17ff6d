using System.Text.RegularExpressions;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Quality.Personal;

/// <summary>Numbers of bank cards (ISO/IEC 7812): a known issuer with its length, and the check digit of Luhn. A number that is called an order or the like is none.</summary>
sealed partial class BankCards() : PersonalKind("BANK_CARD")
{
    public override string Name => Text.Of("bank card numbers", "银行卡号");

    public override Severity Severity => Severity.Error;

    public override IEnumerable<Range> Find(string text)
    {
        foreach (Match match in Candidate().Matches(text))
        {
            string digits = match.Value.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
            if (Issuer().IsMatch(digits) && IsValid(digits) && digits.Distinct().Count() > 1 && !NumberContext.IsOther(text, match.Index))
                yield return match.Index..(match.Index + match.Length);
        }
    }

    /// <summary>Every second digit from the right counts double; the sum of all digits is a multiple of ten.</summary>
    public static bool IsValid(string digits) =>
        digits.Reverse().Select((digit, i) => i % 2 == 0 ? digit - '0' : ((digit - '0') * 2 / 10) + ((digit - '0') * 2 % 10)).Sum() % 10 == 0;

    [GeneratedRegex(@"(?<![0-9A-Za-z._/-])(?:[0-9]{14,19}|[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{3})?|[0-9]{4}([ -])[0-9]{6}\2[0-9]{5})(?![0-9A-Za-z_/-]|\.[0-9])")]
    private static partial Regex Candidate();

    [GeneratedRegex(
        """
        ^(?:4[0-9]{15}                                              # Visa
        |(?:5[1-5]|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]+(?<=^[0-9]{16})   # Mastercard
        |3[47][0-9]{13}                                             # American Express
        |(?:6011|64[4-9]|65)[0-9]+(?<=^[0-9]{16})                   # Discover
        |35(?:2[89]|[3-8][0-9])[0-9]{12}                            # JCB
        |(?:30[0-5]|36|38)[0-9]+(?<=^[0-9]{14})                     # Diners Club
        |62[0-9]{14,17})$                                           # UnionPay
        """,
        RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Issuer();
}
