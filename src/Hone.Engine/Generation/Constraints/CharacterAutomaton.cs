namespace Hone.Engine.Generation.Constraints;

/// <summary>A language of texts as a deterministic automaton over characters: what several patterns, or patterns and lengths, have in common is found by pairing their states.</summary>
sealed class CharacterAutomaton
{
    /// <summary>Beyond this, patterns together are refused: they would take seconds and much memory.</summary>
    const int MaxStates = 30_000;

    readonly List<State> _states; // the first is the start; every state leads to an accepting one, the start excepted

    CharacterAutomaton(List<State> states) => _states = Trimmed(states);

    bool IsEmpty => !_states[0].Accepts && _states[0].Moves.Count == 0;

    public static CharacterAutomaton Of(Pattern pattern)
    {
        var parts = new CharacterGraph(MaxStates);
        int end = parts.Add();
        int start = parts.Add(pattern, end);
        var sets = new List<int[]>();
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int Number(int[] set)
        {
            string key = string.Join(',', set);
            if (!numbers.TryGetValue(key, out int number))
            {
                numbers.Add(key, number = sets.Count);
                sets.Add(Bounded(set, sets.Count));
            }

            return number;
        }

        Number(parts.Reachable([start]));
        var states = new List<State>();
        for (int i = 0; i < sets.Count; i++)
        {
            int[] set = sets[i];
            List<Move> moves = [.. Cut([.. set.SelectMany(parts.MovesOf)]).Select(cut => new Move(cut.First, cut.Last, Number(parts.Reachable(cut.Targets))))];
            states.Add(new State(set.Contains(end), Joined(moves)));
        }

        return new CharacterAutomaton(states);
    }

    public CharacterAutomaton And(CharacterAutomaton other) => Pair(other, static (a, b) => a && b);

    public CharacterAutomaton Or(CharacterAutomaton other) => Pair(other, static (a, b) => a || b);

    public CharacterAutomaton Without(CharacterAutomaton other) => Pair(other, static (a, b) => a && !b);

    /// <summary>The texts with so many characters as the content of a JSON string; null where there is none.</summary>
    public Term? ToTerm(int min, int max)
    {
        if (IsEmpty)
            return null;
        var lengths = new TextLengths([.. _states.Select(state => (state.Accepts, state.Moves.Select(move => move.Target).Distinct().ToArray()))], min, max);
        var characters = new Dictionary<string, Term>(StringComparer.Ordinal);
        var terms = new Dictionary<(int, int), Term>();
        return lengths.CanEnd(0, 0) ? After(0, 0) : null;

        // What may follow so many characters that led to a state.
        Term After(int state, int count)
        {
            count = max == int.MaxValue ? Math.Min(count, min) : count;
            if (!terms.TryGetValue((state, count), out Term? term))
                terms.Add((state, count), term = new DeferredTerm(() => Next(_states[state], count)));
            return term;
        }

        Term Next(State state, int count) =>
            JsonTerms.Choice(
            [
                .. state.Accepts && count >= min ? (Term[])[Term.Nothing] : [],
                .. state.Moves.Where(move => lengths.CanEnd(move.Target, count + 1)).GroupBy(move => move.Target)
                    .Select(group => JsonTerms.Sequence(Characters([.. group.Select(move => (move.First, move.Last))]), After(group.Key, count + 1))),
            ]);

        // Many states go on with the same characters.
        Term Characters(IReadOnlyList<(int First, int Last)> ranges)
        {
            string key = string.Join(',', ranges);
            if (!characters.TryGetValue(key, out Term? term))
                characters.Add(key, term = PatternTerms.Characters(ranges));
            return term;
        }
    }

    CharacterAutomaton Pair(CharacterAutomaton other, Func<bool, bool, bool> accepts)
    {
        const int Dead = -1;
        var pairs = new List<(int A, int B)>();
        var numbers = new Dictionary<(int, int), int>();
        int Number((int, int) pair)
        {
            if (!numbers.TryGetValue(pair, out int number))
            {
                numbers.Add(pair, number = pairs.Count);
                pairs.Add(Bounded(pair, pairs.Count));
            }

            return number;
        }

        Number((0, 0));
        var states = new List<State>();
        for (int i = 0; i < pairs.Count; i++)
        {
            (int a, int b) = pairs[i];
            State? left = a == Dead ? null : _states[a], right = b == Dead ? null : other._states[b];
            var moves = new List<Move>();
            // Targets of the left are told from those of the right by their sign.
            foreach ((int first, int last, int[] targets) in Cut([.. (left?.Moves ?? []).Select(move => move with { Target = move.Target + 1 }), .. (right?.Moves ?? []).Select(move => move with { Target = -move.Target - 1 })]))
            {
                int nextA = targets.FirstOrDefault(target => target > 0) - 1, nextB = -targets.FirstOrDefault(target => target < 0) - 1;
                // Where one of them has ended, only some combinations can accept again.
                if ((nextA != Dead || accepts(false, true)) && (nextB != Dead || accepts(true, false)))
                    moves.Add(new Move(first, last, Number((nextA, nextB))));
            }

            states.Add(new State(accepts(left?.Accepts == true, right?.Accepts == true), Joined(moves)));
        }

        return new CharacterAutomaton(states);
    }

    /// <summary>Cuts moves whose ranges overlap at each other's ends; targets of a cut are in order, each once.</summary>
    static IEnumerable<(int First, int Last, int[] Targets)> Cut(IReadOnlyList<Move> moves)
    {
        int[] starts = [.. moves.SelectMany(move => (int[])[move.First, move.Last + 1]).Distinct().Order()];
        for (int i = 0; i + 1 < starts.Length; i++)
        {
            int[] targets = [.. moves.Where(move => move.First <= starts[i] && move.Last >= starts[i]).Select(move => move.Target).Distinct().Order()];
            if (targets.Length > 0)
                yield return (starts[i], starts[i + 1] - 1, targets);
        }
    }

    /// <summary>Neighbouring ranges to the same state become one.</summary>
    static List<Move> Joined(List<Move> moves)
    {
        var joined = new List<Move>();
        foreach (Move move in moves)
        {
            if (joined.Count > 0 && joined[^1].Last == move.First - 1 && joined[^1].Target == move.Target)
                joined[^1] = joined[^1] with { Last = move.Last };
            else
                joined.Add(move);
        }

        return joined;
    }

    /// <summary>Without the states from which no accepting one can be reached.</summary>
    static List<State> Trimmed(List<State> states)
    {
        var into = new List<int>[states.Count];
        for (int i = 0; i < states.Count; i++)
            foreach (Move move in states[i].Moves)
                (into[move.Target] ??= []).Add(i);
        var live = new bool[states.Count];
        var open = new Stack<int>(Enumerable.Range(0, states.Count).Where(i => states[i].Accepts));
        while (open.TryPop(out int state))
        {
            if (live[state])
                continue;
            live[state] = true;
            foreach (int before in into[state] ?? [])
                open.Push(before);
        }

        int[] numbers = new int[states.Count];
        int count = 0;
        for (int i = 0; i < states.Count; i++)
            numbers[i] = live[i] || i == 0 ? count++ : -1;
        return [.. states.Where((_, i) => numbers[i] >= 0).Select(state => state with { Moves = [.. state.Moves.Where(move => live[move.Target]).Select(move => move with { Target = numbers[move.Target] })] })];
    }

    static T Bounded<T>(T item, long count) => count < MaxStates ? item : throw new FormatException("so many combinations");

    sealed record State(bool Accepts, List<Move> Moves);

    /// <summary>Characters that lead to a state.</summary>
    internal readonly record struct Move(int First, int Last, int Target);
}

/// <summary>Which states of an automaton can still come to an end after so many characters.</summary>
sealed class TextLengths
{
    /// <summary>Bits that may be kept: 32 MB.</summary>
    const long MaxBits = 1L << 28;

    readonly int _min, _max;
    readonly ulong[][] _levels;

    /// <param name="states">Whether each accepts, and where it leads.</param>
    public TextLengths((bool Accepts, int[] Targets)[] states, int min, int max)
    {
        (_min, _max) = (min, max);
        // Level n has the states from which n more characters come to an end; without a maximum, n or more.
        int last = max == int.MaxValue ? min : max;
        if ((long)(last + 1) * states.Length > MaxBits)
            throw new FormatException("so many combinations");
        _levels = new ulong[last + 1][];
        for (int n = 0; n <= last; n++)
        {
            _levels[n] = new ulong[(states.Length + 63) / 64];
            for (int state = 0; state < states.Length; state++)
            {
                if (n == 0 ? max == int.MaxValue || states[state].Accepts : states[state].Targets.Any(target => Has(n - 1, target)))
                    _levels[n][state >> 6] |= 1UL << (state & 63);
            }
        }
    }

    /// <summary>Whether a text that has so many characters and is in a state can become one that is long enough and not too long.</summary>
    public bool CanEnd(int state, int count)
    {
        int least = Math.Max(0, _min - count);
        if (_max == int.MaxValue)
            return Has(least, state);
        for (int more = least; more <= _max - count; more++)
        {
            if (Has(more, state))
                return true;
        }

        return false;
    }

    bool Has(int level, int state) => (_levels[level][state >> 6] >> (state & 63) & 1) != 0;
}

/// <summary>A pattern as a graph whose edges are characters, or nothing (Thompson 1968).</summary>
sealed class CharacterGraph(int maxNodes)
{
    readonly List<(List<CharacterAutomaton.Move> Moves, List<int> Free)> _nodes = [];

    public int Add()
    {
        if (_nodes.Count >= maxNodes)
            throw new FormatException("so many repetitions");
        _nodes.Add(([], []));
        return _nodes.Count - 1;
    }

    /// <summary>A node from which the pattern leads to another one.</summary>
    public int Add(Pattern pattern, int end)
    {
        switch (pattern)
        {
            case Pattern.Set set:
                int node = Add();
                _nodes[node].Moves.AddRange(set.Ranges.Select(range => new CharacterAutomaton.Move(range.First, range.Last, end)));
                return node;
            case Pattern.Sequence sequence:
                return sequence.Items.Reverse().Aggregate(end, (next, item) => Add(item, next));
            case Pattern.Choice choice:
                int fork = Add();
                foreach (Pattern item in choice.Items)
                    _nodes[fork].Free.Add(Add(item, end));
                return fork;
            case Pattern.Repeat repeat:
                return AddRepeat(repeat, end);
            default:
                return AddRepeat(new Pattern.Repeat(new Pattern.Set(CodePoints.All), 0, int.MaxValue), end);
        }
    }

    public IEnumerable<CharacterAutomaton.Move> MovesOf(int node) => _nodes[node].Moves;

    /// <summary>Some nodes and those behind them without a character in between, in order.</summary>
    public int[] Reachable(IEnumerable<int> nodes)
    {
        var reached = new SortedSet<int>();
        var open = new Stack<int>(nodes);
        while (open.TryPop(out int node))
        {
            if (!reached.Add(node))
                continue;
            foreach (int next in _nodes[node].Free)
                open.Push(next);
        }

        return [.. reached];
    }

    int AddRepeat(Pattern.Repeat repeat, int end)
    {
        int start = end;
        if (repeat.Max == int.MaxValue)
        {
            start = Add();
            _nodes[start].Free.Add(end);
            int loop = Add(repeat.Item, start);
            _nodes[start].Free.Add(loop);
        }
        else
        {
            for (int i = repeat.Min; i < repeat.Max; i++)
            {
                int skip = Add();
                _nodes[skip].Free.Add(end);
                _nodes[skip].Free.Add(Add(repeat.Item, start));
                start = skip;
            }
        }

        for (int i = 0; i < repeat.Min; i++)
            start = Add(repeat.Item, start);
        return start;
    }
}
