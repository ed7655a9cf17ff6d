using System.Text.RegularExpressions;

namespace Hone.Data.Augmentation.Words;

/// <summary>What must stay as it is in a text: numbers, code, addresses, quotations, placeholders and names.</summary>
static class Literals
{
    // Alternatives that are tried together in one pass: linear in the text, whatever it holds.
    static readonly Regex Pattern = new(
        string.Join('|',
            @"```(.|\n)*?```",
            @"`[^`\n]+`",
            @"https?://[!-~]+|www\.[!-~]+",
            @"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+",
            @"\{[^{}\n]*\}|<[^<>\n]{1,80}>",
            @"""[^""\n]{1,200}""|“[^”\n]{1,200}”|「[^」\n]*」|『[^』\n]*』|《[^》\n]*》",
            @"[@#][\p{L}\p{N}_]+",
            @"[A-Za-z0-9._~-]*[/\\][A-Za-z0-9._/\\~-]+",
            @"[A-Za-z0-9_]*[0-9_][A-Za-z0-9_]*([.,:%-][0-9]+)*%?",
            @"[A-Za-z]+[A-Z][A-Za-z]*",
            @"[A-Za-z]+\(",
            @"[A-Z]{2,}"
        ),
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    public static IEnumerable<(int Start, int End)> Find(string text) => Pattern.Matches(text).Select(match => (match.Index, match.Index + match.Length));

    /// <summary>Whether a rewritten text still holds everything that must stay, names included.</summary>
    public static bool AreKept(string text, string rewritten) => Missing(text, rewritten).Length == 0;

    /// <summary>What of a text is not in the rewritten one, but must be.</summary>
    public static string[] Missing(string text, string rewritten) =>
        [.. Find(text).Select(place => text[place.Start..place.End].Trim('"', '“', '”', '`')).Concat(Wording.NamesIn(text)).Distinct(StringComparer.Ordinal).Where(literal => !rewritten.Contains(literal, StringComparison.Ordinal))];
}
