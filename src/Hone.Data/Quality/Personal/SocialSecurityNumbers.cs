using System.Text.RegularExpressions;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Quality.Personal;

/// <summary>Social security numbers of the United States, written with hyphens; areas 000, 666 and from 900 on, group 00 and serial 0000 were never given out.</summary>
sealed partial class SocialSecurityNumbers() : PersonalKind("SSN")
{
    public override string Name => Text.Of("US social security numbers", "美国社会安全号码");

    public override Severity Severity => Severity.Error;

    public override IEnumerable<Range> Find(string text)
    {
        foreach (Match match in Number().Matches(text))
            yield return match.Index..(match.Index + match.Length);
    }

    [GeneratedRegex(@"(?<![0-9A-Za-z._/-])(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![0-9A-Za-z_/-])")]
    private static partial Regex Number();
}
