using Hone.Engine.Tokenizers;

namespace Hone.Engine.Generation.Constraints;

/// <summary>What a continuation may be, token by token: only strings of a language, such as JSON that fits a schema. Safe to use from several threads.</summary>
/// <remarks>The tokens that may come next in a state are found once; a text that was cut by the maximum of tokens is the beginning of such a string.</remarks>
public sealed class TextConstraint
{
    readonly Grammar _grammar;
    readonly ConstraintVocabulary _vocabulary;
    readonly Lock _lock = new();

    internal TextConstraint(Term root, ConstraintVocabulary vocabulary)
    {
        vocabulary.Prepare();
        (Root, _grammar, _vocabulary) = (root, new Grammar(root, vocabulary.Memory), vocabulary);
        vocabulary.Memory.Add(this);
    }

    /// <summary>About what it takes of the memory for what it has worked out.</summary>
    internal long Bytes => _grammar.Bytes;

    /// <summary>Forgets what it has worked out and can work out again; texts in progress go on.</summary>
    public void Forget()
    {
        lock (_lock)
            _grammar.Forget();
    }

    internal Term Root { get; }

    /// <summary>Special tokens that belong to the text.</summary>
    internal IReadOnlySet<int> SpecialTokens { get; init; } = new HashSet<int>();

    /// <summary>For a continuation that begins.</summary>
    internal ConstraintCursor Begin() => new(this, _grammar.Start);

    /// <summary>Bans every token that no string of the language goes on with.</summary>
    /// <param name="logits">[V]</param>
    internal void Apply(GrammarState state, Span<float> logits)
    {
        ulong[] tokens;
        lock (_lock)
            tokens = state.Tokens ?? Find(state);
        ReadOnlySpan<int> ends = state.Accepts ? _vocabulary.EndTokens : [];
        Span<float> kept = stackalloc float[ends.Length];
        for (int i = 0; i < ends.Length; i++)
            kept[i] = logits[ends[i]];
        Keep(tokens, logits);
        for (int i = 0; i < ends.Length; i++)
            logits[ends[i]] = kept[i];

        if (ends.Length == 0 && !tokens.AsSpan().ContainsAnyExcept(0UL))
        {
            throw new HoneException(Text.Of(
                "The model's vocabulary has no token that can spell what the format demands next. Choose another model or format.",
                "模型的词表中没有能写出该格式所要求的下一个字符的词元。请换一个模型或格式。"));
        }
    }

    ulong[] Find(GrammarState state)
    {
        ulong[] tokens = _vocabulary.Find(_grammar, state);
        _grammar.Keep(state, tokens);
        return tokens;
    }

    static void Keep(ulong[] tokens, Span<float> logits)
    {
        for (int word = 0; word * 64 < logits.Length; word++)
        {
            ulong bits = tokens[word];
            Span<float> part = logits.Slice(word * 64, Math.Min(64, logits.Length - word * 64));
            if (bits == 0)
                part.Fill(float.NegativeInfinity);
            else if (bits != ulong.MaxValue)
                Keep(bits, part);
        }
    }

    static void Keep(ulong bits, Span<float> part)
    {
        for (int i = 0; i < part.Length; i++)
        {
            if ((bits >> i & 1) == 0)
                part[i] = float.NegativeInfinity;
        }
    }

    /// <summary>The state after a token.</summary>
    internal GrammarState Next(GrammarState state, int token)
    {
        lock (_lock)
        {
            if (SpecialTokens.Contains(token))
                return _grammar.NextToken(state, token) ?? throw new InvalidOperationException("The token was banned.");
            foreach (byte value in _vocabulary.Bytes(token))
                state = _grammar.Next(state, value) ?? throw new InvalidOperationException("The token was banned.");
            return state;
        }
    }
}

/// <summary>Where a continuation stands in its language.</summary>
sealed class ConstraintCursor(TextConstraint constraint, GrammarState state)
{
    GrammarState _state = state;

    /// <summary>Whether nothing can follow, not even an end token need.</summary>
    public bool IsComplete => _state.IsComplete;

    public void Apply(Span<float> logits) => constraint.Apply(_state, logits);

    public void Add(int token) => _state = constraint.Next(_state, token);
}

/// <summary>The tokens of a model as texts are constrained by them. Safe to use from several threads.</summary>
/// <param name="memoryBytes">What all its constraints together may keep of what they have worked out.</param>
public sealed class ConstraintVocabulary(Tokenizer tokenizer, IReadOnlyList<int> endTokens, int vocabSize, long memoryBytes = 64 << 20)
{
    readonly int[] _endTokens = [.. endTokens.Where(id => id < vocabSize)];
    readonly Lazy<VocabularyTrie> _trie = new(() => new VocabularyTrie(tokenizer, [.. endTokens], vocabSize));

    /// <summary>What its constraints share.</summary>
    public ConstraintMemory Memory { get; } = new(memoryBytes);

    internal ulong[] Find(Grammar grammar, GrammarState state) => _trie.Value.Find(grammar, state);

    /// <summary>Sorts the vocabulary now rather than when the first token is chosen.</summary>
    internal void Prepare() => _ = _trie.Value;

    internal ReadOnlySpan<int> EndTokens => _endTokens;

    /// <summary>The special token that has a text, end tokens excepted; null where none has.</summary>
    internal int? SpecialToken(string text) => tokenizer.TokenId(text) is { } id && id < vocabSize && tokenizer.SpecialIds.Contains(id) && !_endTokens.Contains(id) ? id : null;

    /// <summary>The texts of special tokens, the longest first.</summary>
    internal IReadOnlyList<string> SpecialTexts { get; } =
        [.. tokenizer.SpecialIds.Select(tokenizer.TokenText).Where(text => text.Length > 0).Distinct().OrderByDescending(text => text.Length).ThenBy(text => text, StringComparer.Ordinal)];

    internal ReadOnlySpan<byte> Bytes(int token) => tokenizer.TokenBytes(token);
}
