using System.Buffers;
using System.Text.RegularExpressions;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Quality.Personal;

/// <summary>Keys and tokens of known forms: model providers, clouds, code hosts, chat services, payment, JSON web tokens and private keys. Placeholders such as sk-xxxxxxxx are none.</summary>
sealed partial class Secrets() : PersonalKind("SECRET")
{
    // A key is random: many different characters, digits among them.
    const int FewestCharacters = 8;

    // Every form has one of them: most texts have none and need no closer look.
    static readonly SearchValues<string> Marks = SearchValues.Create(
        ["sk-", "sk_", "rk_", "pk_", "AKIA", "ASIA", "AKID", "LTAI", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "hf_", "npm_", "AIza", "ya29.", "xox", ":AA", "SG.", "eyJ", "PRIVATE KEY"],
        StringComparison.Ordinal
    );

    public override string Name => Text.Of("keys and tokens", "密钥与令牌");

    public override Severity Severity => Severity.Error;

    public override IEnumerable<Range> Find(string text)
    {
        if (!text.AsSpan().ContainsAny(Marks))
            yield break;
        foreach (Match match in Known().Matches(text))
            if (match.Groups["block"].Success || (match.Value.Any(char.IsAsciiDigit) && match.Value.Distinct().Count() >= FewestCharacters))
                yield return match.Index..(match.Index + match.Length);
    }

    [GeneratedRegex(
        """
        (?<block>-----BEGIN\ (?:[A-Z0-9]+\ )*PRIVATE\ KEY(?:\ BLOCK)?-----(?:[^-]|-(?!----))*(?:-----END\ [A-Z0-9\ ]+-----)?)
        |(?<![A-Za-z0-9_-])(?:
          sk-[A-Za-z0-9_-]{20,}
          |(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}
          |(?:AKIA|ASIA)[0-9A-Z]{16}
          |(?:AKID|LTAI)[0-9A-Za-z]{12,36}
          |gh[opusr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_-]{20,}
          |hf_[A-Za-z0-9]{30,}|npm_[A-Za-z0-9]{36}|AIza[0-9A-Za-z_-]{35}|ya29\.[0-9A-Za-z_-]{20,}
          |xox[abeoprs]-[A-Za-z0-9-]{10,}|[0-9]{8,10}:AA[A-Za-z0-9_-]{33}|SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}
          |eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}
        )(?![A-Za-z0-9_-])
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Known();
}
