namespace Hone.Engine.Generation.Constraints;

/// <summary>The texts of regular expressions as the content of a JSON string.</summary>
static class PatternTerms
{
    /// <summary>The texts that keep all of the expressions and have so many characters, without their quotes; null when there is none.</summary>
    /// <exception cref="FormatException">They are too complex together.</exception>
    public static Term? ToTerm(IReadOnlyList<IReadOnlyList<PatternBranch>> patterns, int minLength, int maxLength)
    {
        bool hasLengths = minLength > 0 || maxLength < int.MaxValue;
        if (patterns is [var only] && !hasLengths && !only.Any(branch => branch.LooksAhead))
            return JsonTerms.Choice([.. only.Select(branch => ToTerm(branch.Body))]);
        return patterns.Select(Automaton).Aggregate((a, b) => a.And(b)).ToTerm(minLength, maxLength);
    }

    /// <summary>One character of a set as a JSON string writes it.</summary>
    public static Term Characters(IReadOnlyList<(int First, int Last)> set)
    {
        var choices = new List<Term>();
        if (CodePoints.Intersection(set, CodePoints.Plain) is { Count: > 0 } plain)
            choices.Add(CodePoints.ToTerm(plain));
        foreach ((int first, int last) in CodePoints.Without(set, CodePoints.Plain))
        {
            for (int c = first; c <= Math.Min(last, '\\'); c++)
                choices.Add(JsonTerms.Literal(c is '"' or '\\' ? $"\\{(char)c}" : FormattableString.Invariant($"\\u{c:x4}")));
        }

        return JsonTerms.Choice([.. choices]);
    }

    static Term ToTerm(Pattern pattern) =>
        pattern switch
        {
            Pattern.Set set => Characters(set.Ranges),
            Pattern.Sequence sequence => JsonTerms.Sequence([.. sequence.Items.Select(ToTerm)]),
            Pattern.Choice choice => JsonTerms.Choice([.. choice.Items.Select(ToTerm)]),
            Pattern.Repeat repeat => JsonTerms.Repeat(ToTerm(repeat.Item), repeat.Min, repeat.Max),
            // Where anything may stand, it may be escaped in any way.
            _ => JsonTerms.Repeat(JsonTerms.Character, 0, int.MaxValue),
        };

    static CharacterAutomaton Automaton(IReadOnlyList<PatternBranch> branches) => branches.Select(Automaton).Aggregate((a, b) => a.Or(b));

    static CharacterAutomaton Automaton(PatternBranch branch)
    {
        CharacterAutomaton automaton = branch.Wanted.Select(CharacterAutomaton.Of).Aggregate(CharacterAutomaton.Of(branch.Body), (a, b) => a.And(b));
        return branch.Unwanted.Select(CharacterAutomaton.Of).Aggregate(automaton, (a, b) => a.Without(b));
    }
}
