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

    static readonly Comparer<PersonalMatch> ByStart = Comparer<PersonalMatch>.Create((one, other) => one.Start.CompareTo(other.Start));

    /// <summary>What a text holds, in order and without overlaps.</summary>
    public static IReadOnlyList<PersonalMatch> Find(string text)
    {
        List<PersonalMatch> found = [];
        foreach (PersonalKind kind in Kinds)
            foreach (Range range in kind.Find(text))
                Add(found, new PersonalMatch(kind, range.Start.Value, range.End.Value));
        return found;
    }

    /// <summary>Puts a match into its place where no other one has its characters: a long text may hold thousands of them.</summary>
    static void Add(List<PersonalMatch> found, PersonalMatch match)
    {
        int place = found.BinarySearch(match, ByStart);
        if (place >= 0)
            return;
        place = ~place;
        bool isFree = (place == 0 || found[place - 1].End <= match.Start) && (place == found.Count || match.End <= found[place].Start);
        if (isFree)
            found.Insert(place, match);
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
