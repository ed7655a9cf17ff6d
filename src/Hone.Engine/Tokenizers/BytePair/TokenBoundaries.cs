namespace Hone.Engine.Tokenizers.BytePair;

/// <summary>
/// Which tokens may stand side by side. Byte-pair encoding of a text is the one row of tokens in which no neighbours would have merged
/// otherwise, so that encoding needs no look at the whole text (Hendrik van Antwerpen and Alexander Neubeck, "So many tokens, so little
/// time", 2024).
/// </summary>
sealed class TokenBoundaries
{
    const int Single = -1; // the rank of a token that no merge makes
    const int Unreachable = -2;

    readonly PairTable _pairs;
    readonly Origin[] _origins;

    public TokenBoundaries(PairTable pairs, int tokenCount, IEnumerable<int> singleTokens)
    {
        _pairs = pairs;
        _origins = new Origin[tokenCount];
        _origins.AsSpan().Fill(new Origin(Unreachable, 0, 0));
        foreach (int token in singleTokens)
            _origins[token] = new Origin(Single, 0, 0);

        // Of several merges that make a token one counts: the one whose halves come about and are still apart when its turn comes.
        ReadOnlySpan<Merge> merges = pairs.Merges;
        var early = new List<Merge>();
        for (int rank = 0; rank < merges.Length; rank++)
        {
            (int left, int right, int merged) = merges[rank];
            if (pairs.Rank(left, right) != rank)
                continue;
            if (!IsReachable(left) || !IsReachable(right))
                early.Add(merges[rank]);
            else if (StayApart(left, right, rank))
                _origins[merged] = new Origin(rank, left, right);
        }
        AreExact = !early.Exists(merge => IsReachable(merge.Left) && IsReachable(merge.Right));
    }

    /// <summary>
    /// Whether neighbours decide everything: no merge ranks before those that make its halves. Training never makes such a list, but a file may
    /// hold one.
    /// </summary>
    public bool AreExact { get; }

    /// <summary>Whether encoding the token's own text gives the token.</summary>
    public bool IsReachable(int token) => _origins[token].Rank != Unreachable;

    /// <summary>Whether encoding the text of both gives these two tokens.</summary>
    public bool CanMeet(int left, int right) => StayApart(left, right, PairTable.NoRank);

    /// <summary>Whether no merge before a rank joins something of the left token with something of the right one.</summary>
    bool StayApart(int left, int right, int before)
    {
        // Undo the merges on both sides, the latest first: what then meets at the boundary must not merge before the one just undone. Of
        // equal merges the one further left comes first.
        while (_pairs.Rank(left, right) >= before)
        {
            ref readonly Origin leftOrigin = ref _origins[left];
            ref readonly Origin rightOrigin = ref _origins[right];
            if (leftOrigin.Rank > rightOrigin.Rank)
                (before, left) = (leftOrigin.Rank, leftOrigin.Right);
            else if (rightOrigin.Rank >= 0)
                (before, right) = (rightOrigin.Rank + 1, rightOrigin.Left);
            else
                return true;
        }
        return false;
    }

    /// <summary>The merge that makes a token.</summary>
    readonly record struct Origin(int Rank, int Left, int Right);
}
