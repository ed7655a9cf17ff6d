namespace Hone.Engine.Generation.Constraints;

/// <summary>
/// A context-free language of byte strings as an automaton that is built while it is used. A state is the set of places in the grammar, each with what follows it
/// up to the end, at which the bytes so far may stand; states that were reached before are found again, so that a byte costs one look-up.
/// </summary>
/// <remarks>No term may come back to itself without a byte in between, except as an alternative of itself. Not thread-safe.</remarks>
sealed class Grammar
{
    /// <summary>Beyond this, what was built is forgotten and built again as needed: a count or a nesting can have any number of states.</summary>
    const int MaxStates = 4096;

    /// <summary>States whose tokens are kept: of a large vocabulary they take 20 KB each.</summary>
    const int MaxKnown = 256;

    // What objects, arrays and dictionaries of 64-bit .NET take.
    const int PlaceBytes = 120;
    const int StateBytes = 140;
    const int ArrayBytes = 24;

    /// <summary>So much may be added before the memory is looked at again.</summary>
    const int UnwatchedBytes = 16 << 10;

    /// <summary>A schema or pattern that may be in more places at once is made to be slow.</summary>
    const int MaxPlaces = 50_000;

    readonly Term _root;
    readonly ConstraintMemory _memory;
    readonly Queue<GrammarState> _known = [];
    readonly Dictionary<(Term, int, Place?), Place> _places = [];
    readonly Dictionary<StateKey, GrammarState> _states = [];
    readonly List<Place> _consuming = [];
    readonly HashSet<Place> _visited = [];
    readonly Stack<Place> _open = [];
    bool _accepts;
    int _lastPlaceNumber;
    long _bytes;
    long _watchedBytes;

    /// <param name="memory">Beyond it, too, what was built is forgotten.</param>
    public Grammar(Term root, ConstraintMemory memory)
    {
        (_root, _memory) = (root, memory);
        Start = MakeStart();
    }

    /// <summary>About what the states and places take that were built. May be asked from any thread.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Before the first byte.</summary>
    public GrammarState Start { get; private set; }

    /// <summary>The state after one more byte; null where no string of the language goes on so.</summary>
    public GrammarState? Next(GrammarState state, byte value)
    {
        if (state.Next is null)
        {
            state.Next = new GrammarState?[256];
            Count(ArrayBytes + 256 * 8);
        }

        GrammarState next = state.Next[value] ?? Advance(state, value);
        // What was built may have been forgotten meanwhile, and with it these.
        if (state.Next is { } known)
            known[value] = next;
        return ReferenceEquals(next, GrammarState.Dead) ? null : next;
    }

    /// <summary>The state after a special token; null where no string of the language goes on so.</summary>
    public GrammarState? NextToken(GrammarState state, int token)
    {
        MakeRoom();
        Begin();
        foreach (Place place in state.Places)
        {
            if (place.Term is TokenTerm one && one.Id == token)
                Visit(place.Then);
        }

        GrammarState next = Finish();
        return ReferenceEquals(next, GrammarState.Dead) ? null : next;
    }

    /// <summary>Keeps the tokens that may come in a state, for the next time.</summary>
    public void Keep(GrammarState state, ulong[] tokens)
    {
        if (_known.Count >= MaxKnown && _known.Dequeue() is { } oldest)
        {
            Count(-BytesOf(oldest.Tokens!));
            oldest.Tokens = null;
        }

        _known.Enqueue(state);
        state.Tokens = tokens;
        Count(BytesOf(tokens));
    }

    /// <summary>Forgets what was built. States that somebody holds stay what they are; nothing else is held through them.</summary>
    public void Forget()
    {
        foreach (GrammarState state in _states.Values)
            state.Forget();
        foreach (GrammarState state in _known)
            state.Forget();
        _states.Clear();
        _states.TrimExcess();
        _places.Clear();
        _places.TrimExcess();
        _known.Clear();
        Interlocked.Exchange(ref _bytes, 0);
        _watchedBytes = 0;
        Start = MakeStart();
    }

    static long BytesOf(ulong[] tokens) => ArrayBytes + (tokens.Length * 8L);

    void Count(long bytes) => Interlocked.Add(ref _bytes, bytes);

    bool IsTooLarge()
    {
        if (_states.Count >= MaxStates)
            return true;
        if (_bytes - _watchedBytes < UnwatchedBytes)
            return false;
        _watchedBytes = _bytes;
        return _memory.IsOver;
    }

    GrammarState MakeStart()
    {
        Begin();
        Visit(Put(_root, 0, null));
        return Finish();
    }

    void MakeRoom()
    {
        if (IsTooLarge())
            Forget();
    }

    GrammarState Advance(GrammarState state, byte value)
    {
        MakeRoom();
        Begin();
        foreach (Place place in state.Places)
        {
            if (place.Term is ByteTerm one && one.Set.Contains(value))
                Visit(place.Then);
            else if (place.Term is LiteralTerm literal && literal.Bytes[place.Position] == value)
                Visit(place.Position + 1 < literal.Bytes.Length ? Put(literal, place.Position + 1, place.Then) : place.Then);
        }

        return Finish();
    }

    void Begin()
    {
        _consuming.Clear();
        _visited.Clear();
        _open.Clear();
        _accepts = false;
    }

    GrammarState Finish()
    {
        while (_open.TryPop(out Place? place))
            Expand(place);
        if (_consuming.Count == 0 && !_accepts)
            return GrammarState.Dead;
        _consuming.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        var key = new StateKey([.. _consuming], _accepts);
        if (!_states.TryGetValue(key, out GrammarState? state))
        {
            _states.Add(key, state = new GrammarState(key.Places, _accepts));
            Count(StateBytes + ArrayBytes + (key.Places.Length * 8L));
        }

        return state;
    }

    /// <summary>Comes to a place, or to the end of the text.</summary>
    void Visit(Place? place)
    {
        if (place is null)
            _accepts = true;
        else if (_visited.Add(place))
            _open.Push(place);
        if (_visited.Count > MaxPlaces)
        {
            throw new HoneException(Text.Of(
                "The format is too complex: repetitions inside repetitions, or too many alternatives at one place. Simplify the schema.",
                "格式过于复杂：重复中嵌套重复，或同一处的可选项过多。请简化模式。"));
        }
    }

    /// <summary>Follows what needs no byte, up to the places that do.</summary>
    void Expand(Place place)
    {
        switch (place.Term)
        {
            case LiteralTerm { Bytes.Length: 0 }:
                Visit(place.Then);
                break;
            case SequenceTerm { Items: var items }:
                if (items.Length == 0)
                    Visit(place.Then);
                else
                    Visit(Put(items[place.Position], 0, place.Position + 1 < items.Length ? Put(place.Term, place.Position + 1, place.Then) : place.Then));
                break;
            case ChoiceTerm choice:
                foreach (Term item in choice.Items)
                    Visit(Put(item, 0, place.Then));
                break;
            case RepeatTerm repeat:
                VisitRepeat(repeat, place);
                break;
            case DeferredTerm deferred:
                Visit(Put(deferred.Made, 0, place.Then));
                break;
            default:
                _consuming.Add(place);
                break;
        }
    }

    void VisitRepeat(RepeatTerm repeat, Place place)
    {
        int done = place.Position;
        if (done >= repeat.Min)
            Visit(place.Then);
        if (done >= repeat.Max)
            return;
        // Where there is no maximum, all counts beyond the minimum are one place.
        int after = repeat.Max == int.MaxValue ? Math.Min(done + 1, repeat.Min) : done + 1;
        Visit(Put(repeat.Item, 0, after == repeat.Max ? place.Then : Put(repeat, after, place.Then)));
    }

    Place Put(Term term, int position, Place? then)
    {
        if (!_places.TryGetValue((term, position, then), out Place? place))
        {
            _places.Add((term, position, then), place = new Place(term, position, then, ++_lastPlaceNumber));
            Count(PlaceBytes);
        }

        return place;
    }

    readonly struct StateKey(Place[] places, bool accepts) : IEquatable<StateKey>
    {
        public Place[] Places => places;

        bool Accepts => accepts;

        public bool Equals(StateKey other) => accepts == other.Accepts && places.AsSpan().SequenceEqual(other.Places);

        public override bool Equals(object? obj) => obj is StateKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(accepts);
            foreach (Place place in places)
                hash.Add(place.Number);
            return hash.ToHashCode();
        }
    }
}

/// <summary>A place in a term, and the place where its end leads; null for the end of the text.</summary>
/// <param name="position">The byte of a literal, the item of a sequence, or how often a repetition is done.</param>
sealed class Place(Term term, int position, Place? then, int number)
{
    public Term Term => term;

    public int Position => position;

    public Place? Then => then;

    public int Number => number;
}

/// <summary>A state of a <see cref="Grammar"/>.</summary>
sealed class GrammarState(Place[] places, bool accepts)
{
    public static GrammarState Dead { get; } = new([], false);

    /// <summary>Those that wait for a byte.</summary>
    public Place[] Places => places;

    /// <summary>Whether the text may end here.</summary>
    public bool Accepts => accepts;

    /// <summary>Whether the text must end here.</summary>
    public bool IsComplete => accepts && places.Length == 0;

    /// <summary>By byte, where known; null where nothing is.</summary>
    public GrammarState?[]? Next { get; set; }

    /// <summary>The tokens that may come next, one bit for each, where known.</summary>
    public ulong[]? Tokens { get; set; }

    public void Forget() => (Next, Tokens) = (null, null);
}
