using Hone.Data.Formats;

namespace Hone.Data.Checks;

/// <summary>Counts findings by code and severity, and keeps the first few of each: exact counts in bounded memory.</summary>
sealed class FindingTally(int shown)
{
    readonly Dictionary<(Severity, string), Group> _groups = [];

    public void Add(Finding finding)
    {
        if (Count(finding.Severity, finding.Code))
            Keep(finding);
    }

    /// <summary>Counts one more; true when it is among those that are shown, which <see cref="Keep"/> then takes.</summary>
    public bool Count(Severity severity, string code)
    {
        Group group = GroupOf((severity, code));
        group.Count++;
        return group.First.Count < shown;
    }

    public void Keep(Finding finding) => GroupOf((finding.Severity, finding.Code)).First.Add(finding);

    /// <summary>Adds what another found, of which no line is both here and there.</summary>
    public void Add(FindingTally other)
    {
        foreach (((Severity, string) key, Group theirs) in other._groups)
        {
            Group group = GroupOf(key);
            group.Count += theirs.Count;
            // The sort keeps the order of what one line has.
            group.First = [.. group.First.Concat(theirs.First).OrderBy(finding => finding.Line).Take(shown)];
        }
    }

    /// <summary>Makes one finding about the whole file of warnings that many lines have alike.</summary>
    /// <param name="what">Says it, given their number and the first lines.</param>
    public void Join(string code, Func<long, string, string> what)
    {
        if (!_groups.TryGetValue((Severity.Warning, code), out Group? group) || group.Count < 2)
            return;
        string lines = LineList.Of(group.First.Select(finding => finding.Line), group.Count > group.First.Count);
        group.First = [group.First[0] with { Example = 0, Line = 0, Field = null, What = what(group.Count, lines) }];
        group.Count = 1;
    }

    /// <summary>Errors first, then what came most often.</summary>
    public IReadOnlyList<FindingGroup> ToGroups() =>
        [
            .. _groups
                .Select(group => new FindingGroup(group.Key.Item2, group.Key.Item1, group.Value.Count, group.Value.First))
                .OrderBy(group => group.Severity)
                .ThenByDescending(group => group.Count)
                .ThenBy(group => group.Code, StringComparer.Ordinal),
        ];

    Group GroupOf((Severity, string) key)
    {
        if (!_groups.TryGetValue(key, out Group? group))
            _groups[key] = group = new Group();
        return group;
    }

    sealed class Group
    {
        public long Count { get; set; }

        public List<Finding> First { get; set; } = [];
    }
}

/// <summary>All findings of one code and severity: how many, and the first of them in the order of the file.</summary>
public sealed record FindingGroup(string Code, Severity Severity, long Count, IReadOnlyList<Finding> Shown);
