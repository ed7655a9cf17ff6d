using System.Numerics;

namespace Hone.Engine.Tokenizers.BytePair;

/// <summary>The merges of a vocabulary: (left token, right token) → rank, and rank → merged token.</summary>
sealed class PairTable
{
    /// <summary>The rank of a pair that does not merge: later than every other.</summary>
    public const int NoRank = PairMap.Missing;

    // Most pairs that are asked for do not merge. One bit per pair, hashed, says so without a look at the much larger map.
    readonly ulong[] _mayMerge;
    readonly int _filterShift;
    readonly PairMap _ranks;
    readonly Merge[] _merges;

    /// <param name="merges">Pairs in the order of their rank; of equal pairs the last one counts, as in Hugging Face's tokenizers.</param>
    public PairTable(IReadOnlyList<Merge> merges)
    {
        _merges = [.. merges];
        _ranks = new PairMap(merges.Count);
        int filterBits = Math.Max(10, BitOperations.Log2((uint)Math.Max(1, merges.Count)) + 4);
        _mayMerge = new ulong[1 << (filterBits - 6)];
        _filterShift = 64 - filterBits;
        for (int rank = 0; rank < _merges.Length; rank++)
        {
            Merge merge = _merges[rank];
            if (!PairMap.Fits(Math.Max(merge.Left, merge.Merged), merge.Right, rank))
                throw new HoneException($"The vocabulary has more than {1 << PairMap.KeyBits} tokens or {1 << PairMap.ValueBits} merges. Use a smaller one.");
            _ranks.Set(merge.Left, merge.Right, rank);
            uint bit = FilterBit(merge.Left, merge.Right);
            _mayMerge[bit >> 6] |= 1UL << (int)bit;
        }
    }

    /// <summary>The merges in the order of their rank.</summary>
    public ReadOnlySpan<Merge> Merges => _merges;

    /// <summary>The rank of merging the two tokens, or <see cref="NoRank"/>.</summary>
    public int Rank(int left, int right)
    {
        uint bit = FilterBit(left, right);
        return (_mayMerge[bit >> 6] & (1UL << (int)bit)) == 0 ? NoRank : _ranks.Get(left, right);
    }

    /// <summary>The token that the merge of this rank makes.</summary>
    public int Merged(int rank) => _merges[rank].Merged;

    uint FilterBit(int left, int right) => (uint)(((((ulong)(uint)left << PairMap.KeyBits) | (uint)right) * 0xD6E8FEB86659FD93UL) >> _filterShift);
}

/// <summary>One merge rule of a byte-pair vocabulary.</summary>
readonly record struct Merge(int Left, int Right, int Merged);
