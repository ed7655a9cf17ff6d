using System.Text;

namespace Hone.Data.Quality.Personal;

/// <summary>Personal data and secrets of all kinds.</summary>
static class PersonalData
{
    /// <summary>Every kind. Where two find the same characters, the earlier one has them: the stricter its rules, the earlier.</summary>
    public static readonly IReadOnlyList<PersonalKind> Kinds =
    [
        new Secrets(),
        new Emails(),
        new ChineseIdentityNumbers(),
        new SocialSecurityNumbers(),
        new Ibans(),
        new BankCards(),
        new PhoneNumbers(),
        new PostalAddresses(),
        new IpAddresses(),
    ];

    /// <summary>What a text holds, in order and without overlaps.</summary>
    public static IReadOnlyList<PersonalMatch> Find(string text)
    {
        List<PersonalMatch> found = [];
        foreach (PersonalKind kind in Kinds)
            foreach (Range range in kind.Find(text))
            {
                PersonalMatch match = new(kind, range.Start.Value, range.End.Value);
                if (!found.Exists(other => match.Start < other.End && other.Start < match.End))
                    found.Add(match);
            }
        found.Sort((one, other) => one.Start.CompareTo(other.Start));
        return found;
    }

    /// <summary>The text with something else in place of each match.</summary>
    public static string Replace(string text, IReadOnlyList<PersonalMatch> matches, Func<PersonalMatch, string> replacement)
    {
        if (matches.Count == 0)
            return text;
        StringBuilder masked = new(text.Length);
        int end = 0;
        foreach (PersonalMatch match in matches)
        {
            masked.Append(text, end, match.Start - end).Append(replacement(match));
            end = match.End;
        }
        return masked.Append(text, end, text.Length - end).ToString();
    }

    /// <summary>The text with the tag of its kind for each match: for showing what stands around.</summary>
    public static string Hide(string text) => Replace(text, Find(text), match => $"[{match.Kind.Tag}]");
}

/// <summary>A piece of personal data: from <c>Start</c> to before <c>End</c>.</summary>
readonly record struct PersonalMatch(PersonalKind Kind, int Start, int End);
