using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hone.Engine;

namespace Hone.Data.Quality.Personal;

/// <summary>Public addresses of the internet protocol, not those of private networks, of examples (RFC 5737, RFC 3849) and of well-known name servers. A number that is called a version is none.</summary>
sealed partial class IpAddresses() : PersonalKind("IP")
{
    const int FewestColons = 4;

    static readonly string[] WellKnown = ["8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "114.114.114.114", "1.2.3.4"];

    static readonly IPNetwork[] NotPublic =
    [
        .. "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.2.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 ::/16 2001:db8::/32 fc00::/7 fe80::/10 ff00::/8"
            .Split(' ')
            .Select(network => IPNetwork.Parse(network)),
    ];

    public override string Name => Text.Of("IP addresses", "IP 地址");

    public override IEnumerable<Range> Find(string text)
    {
        IEnumerable<Match> old = text.Contains('.', StringComparison.Ordinal) ? Version4().Matches(text) : [];
        IEnumerable<Match> current = text.AsSpan().Count(':') >= FewestColons ? Version6().Matches(text) : [];
        foreach (Match match in old.Concat(current))
            if (IPAddress.TryParse(match.Value, out IPAddress? address) && IsPublic(address, match.Value) && !NumberContext.IsOther(text, match.Index))
                yield return match.Index..(match.Index + match.Length);
    }

    static bool IsPublic(IPAddress address, string text) =>
        !WellKnown.Contains(text)
        && !NotPublic.Any(network => network.Contains(address))
        && (address.AddressFamily == AddressFamily.InterNetwork
            // 2.3.4.5 is a section or an enumeration.
            ? text.Split('.').Count(part => part.Length > 1) >= 2
            : text.Count(sign => sign == ':') >= FewestColons && text.Any(char.IsAsciiDigit));

    [GeneratedRegex(@"(?<![0-9A-Za-z._:-])(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?![0-9A-Za-z_-]|[.:][A-Za-z]|\.[0-9])")]
    private static partial Regex Version4();

    [GeneratedRegex(@"(?<![0-9A-Za-z._:-])(?=[0-9A-Fa-f]{1,4}:)[0-9A-Fa-f:]{9,39}(?![0-9A-Za-z_-]|[.:][0-9A-Za-z])")]
    private static partial Regex Version6();
}
