using Hone.Engine.Tokenizers;

namespace Hone.Engine.Generation.Constraints;

/// <summary>The bytes of a vocabulary's tokens as a tree in preorder, so that all tokens that an automaton accepts are found in one pass over it.</summary>
/// <remarks>Special tokens and those without bytes are left out of the tree; a grammar names special tokens one by one.</remarks>
sealed class VocabularyTrie
{
    readonly byte[] _labels;
    readonly int[] _depths;
    readonly int[] _ends; // the node after the last one below
    readonly int[] _firstTokens; // of each node in _tokens, and one more
    readonly int[] _tokens;
    readonly int _deepest;

    /// <param name="endTokens">Left out, too.</param>
    /// <param name="vocabSize">The model's; tokens beyond it cannot be chosen.</param>
    public VocabularyTrie(Tokenizer tokenizer, IReadOnlyCollection<int> endTokens, int vocabSize)
    {
        int[] ids =
        [
            .. Enumerable.Range(0, Math.Min(vocabSize, tokenizer.VocabSize))
                .Where(id => !tokenizer.SpecialIds.Contains(id) && !endTokens.Contains(id) && !tokenizer.TokenBytes(id).IsEmpty),
        ];
        Array.Sort(ids, (a, b) => tokenizer.TokenBytes(a).SequenceCompareTo(tokenizer.TokenBytes(b)) is not 0 and var order ? order : a.CompareTo(b));
        _tokens = ids;

        var labels = new List<byte>();
        var depths = new List<int>();
        var firstTokens = new List<int>();
        byte[] previous = [];
        for (int i = 0; i < ids.Length; i++)
        {
            byte[] bytes = tokenizer.TokenBytes(ids[i]).ToArray();
            for (int depth = bytes.AsSpan().CommonPrefixLength(previous); depth < bytes.Length; depth++)
            {
                labels.Add(bytes[depth]);
                depths.Add(depth);
                // Nodes above the token's own have none of their own, as shorter ones would have come before.
                firstTokens.Add(i);
            }

            previous = bytes;
        }

        firstTokens.Add(ids.Length);
        (_labels, _depths, _firstTokens) = ([.. labels], [.. depths], [.. firstTokens]);
        _deepest = _depths.DefaultIfEmpty(-1).Max();
        _ends = Ends(_depths);
        WordCount = (vocabSize + 63) / 64;
    }

    /// <summary>Words of 64 bits for one bit for each token.</summary>
    public int WordCount { get; }

    /// <summary>The tokens after which the grammar can go on, or end.</summary>
    public ulong[] Find(Grammar grammar, GrammarState state)
    {
        var found = new ulong[WordCount];
        var path = new GrammarState[_deepest + 2];
        path[0] = state;
        for (int node = 0; node < _labels.Length;)
        {
            int depth = _depths[node];
            if (grammar.Next(path[depth], _labels[node]) is not { } next)
            {
                node = _ends[node];
                continue;
            }

            path[depth + 1] = next;
            for (int i = _firstTokens[node]; i < _firstTokens[node + 1]; i++)
                found[_tokens[i] >> 6] |= 1UL << (_tokens[i] & 63);
            node++;
        }

        foreach (Place place in state.Places)
        {
            if (place.Term is TokenTerm { Id: var id } && id >> 6 < WordCount)
                found[id >> 6] |= 1UL << (id & 63);
        }

        return found;
    }

    static int[] Ends(int[] depths)
    {
        var ends = new int[depths.Length];
        var open = new Stack<int>();
        for (int node = 0; node <= depths.Length; node++)
        {
            int depth = node < depths.Length ? depths[node] : -1;
            while (open.TryPeek(out int top) && depths[top] >= depth)
                ends[open.Pop()] = node;
            if (node < depths.Length)
                open.Push(node);
        }

        return ends;
    }
}
