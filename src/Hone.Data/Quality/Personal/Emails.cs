using System.Text.RegularExpressions;
using Hone.Engine;

namespace Hone.Data.Quality.Personal;

/// <summary>E-mail addresses, but for those of domains that RFC 2606 keeps for examples, and names of pictures such as icon@2x.png.</summary>
sealed partial class Emails() : PersonalKind("EMAIL")
{
    static readonly string[] NoDomains = ["png", "jpg", "jpeg", "gif", "svg", "webp", "test", "example", "invalid", "localhost"];

    public override string Name => Text.Of("e-mail addresses", "电子邮箱");

    public override IEnumerable<Range> Find(string text)
    {
        if (!text.Contains('@', StringComparison.Ordinal))
            yield break;
        foreach (Match match in Address().Matches(text))
        {
            string[] domain = match.Groups["domain"].Value.ToLowerInvariant().Split('.');
            if (!NoDomains.Contains(domain[^1]) && domain[^2] != "example")
                yield return match.Index..(match.Index + match.Length);
        }
    }

    [GeneratedRegex(@"(?<![A-Za-z0-9._%+-])[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9_%+-])?@(?<domain>(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24})(?![A-Za-z0-9-])")]
    private static partial Regex Address();
}
