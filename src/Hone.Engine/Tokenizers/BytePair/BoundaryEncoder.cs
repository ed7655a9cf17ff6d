namespace Hone.Engine.Tokenizers.BytePair;

/// <summary>
/// Byte-pair encoding in linear time: take the longest token that may follow the last one; where none may, take the last one back and
/// try a shorter one. A position that was given up is never tried again.
/// </summary>
sealed class BoundaryEncoder
{
    const int MemoryBits = 16;
    const int KeyBits = 2 * PairMap.KeyBits;
    const ulong KeyMask = (1UL << KeyBits) - 1;
    const uint IsKnown = 1u << 31;
    const ulong RestMask = (1UL << (KeyBits - MemoryBits + 1)) - 1;

    readonly Vocabulary _vocabulary;
    readonly TokenBoundaries _boundaries;
    readonly TokenTrie _trie;
    readonly CrossingFilter _filter;

    public BoundaryEncoder(Vocabulary vocabulary, PairTable pairs, int[] tokenOfByte)
    {
        _vocabulary = vocabulary;
        _filter = new CrossingFilter(vocabulary);
        _boundaries = new TokenBoundaries(pairs, vocabulary.Count, tokenOfByte.Where(token => token >= 0));
        _trie = new TokenTrie(vocabulary, Enumerable.Range(0, vocabulary.Count).Where(_boundaries.IsReachable), tokenOfByte);
    }

    /// <summary>Whether this way of encoding is right for these merges.</summary>
    public bool IsExact => _boundaries.AreExact;

    /// <summary>Whether encoding the token's own text gives the token.</summary>
    public bool IsReachable(int token) => _boundaries.IsReachable(token);

    /// <summary>Appends the tokens of some bytes, each of which must be a token.</summary>
    public void Encode(ReadOnlySpan<byte> bytes, EncodingRun run)
    {
        if (bytes.IsEmpty)
            return;
        int first = run.Count;
        Span<ulong> deadEnds = bytes.Length < 1024 ? stackalloc ulong[(bytes.Length / 64) + 1] : new ulong[(bytes.Length / 64) + 1];
        int position = 0;
        int last = -1;
        int lastLength = 0;
        int next = _trie.Longest(bytes);
        while (true)
        {
            int length = _vocabulary.Length(next);
            int end = position + length;
            bool isOpen = (deadEnds[end >> 6] & (1UL << end)) == 0;
            if (isOpen && (last < 0 || !_filter.MayCross(bytes, position, lastLength) || CanMeet(last, next, run.KnownBoundaries)))
            {
                run.Add(next);
                if (end == bytes.Length)
                    return;
                (position, last, lastLength) = (end, next, length);
                next = _trie.Longest(bytes[end..]);
                continue;
            }

            while (length == 1)
            {
                // Nothing may follow here: the last token was wrong.
                deadEnds[position >> 6] |= 1UL << position;
                next = last;
                length = _vocabulary.Length(next);
                position -= length;
                run.RemoveLast();
                last = run.Count > first ? run.Ids[^1] : -1;
                lastLength = last < 0 ? 0 : _vocabulary.Length(last);
            }
            next = _trie.Shorter(next);
        }
    }

    /// <summary>A memory of recent answers, to be passed to <see cref="Encode"/> through the run.</summary>
    public static uint[] CreateMemory() => new uint[1 << MemoryBits];

    bool CanMeet(int left, int right, uint[] known)
    {
        // An odd factor permutes the keys, so the slot and the rest of the permuted key tell exactly which pair a slot is about.
        ulong key = (((ulong)(uint)left << PairMap.KeyBits) | (uint)right) * 0x9E3779B97F4A7C15UL & KeyMask;
        uint expected = (uint)((key << 1) & RestMask) | IsKnown;
        ref uint slot = ref known[(int)(key >> (KeyBits - MemoryBits))];
        if ((slot & ~1u) == expected)
            return (slot & 1) != 0;
        bool canMeet = _boundaries.CanMeet(left, right);
        slot = expected | (canMeet ? 1u : 0);
        return canMeet;
    }
}
