using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hone.Engine.Tokenizers.BytePair;

/// <summary>
/// Merges a row of symbols, lowest rank first and leftmost among equals, until no pair merges. Short rows look for the lowest rank with
/// vector instructions; long ones keep a heap, so that the time grows as n·log n whatever the text.
/// </summary>
sealed class PairMerger
{
    const int LongRow = 256;

    int[] _ids = new int[LongRow];
    int[] _next = new int[LongRow];
    int[] _previous = new int[LongRow];
    int[] _ranks = new int[LongRow];

    /// <summary>Room for a row of <paramref name="count"/> symbols, to be filled before <see cref="Merge"/>.</summary>
    public Span<int> Symbols(int count)
    {
        if (_ids.Length < count)
        {
            int length = (int)BitOperations.RoundUpToPowerOf2((uint)count);
            (_ids, _next, _previous, _ranks) = (new int[length], new int[length], new int[length], new int[length]);
        }
        return _ids.AsSpan(0, count);
    }

    /// <summary>The token that starts at symbol <paramref name="position"/>, after merging.</summary>
    public int TokenAt(int position) => _ids[position];

    /// <summary>The symbol at which the token after the one at <paramref name="position"/> starts; the symbol count at the end.</summary>
    public int Next(int position) => _next[position];

    /// <summary>Merges the first <paramref name="count"/> symbols; tokens are then read by <see cref="TokenAt"/> and <see cref="Next"/>, from 0.</summary>
    public void Merge(PairTable pairs, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _next[i] = i + 1;
            _previous[i] = i - 1;
            _ranks[i] = i + 1 < count ? pairs.Rank(_ids[i], _ids[i + 1]) : PairTable.NoRank;
        }

        if (count <= LongRow)
            MergeShort(pairs, count);
        else
            MergeLong(pairs, count);
    }

    void MergeShort(PairTable pairs, int count)
    {
        Span<int> ranks = _ranks.AsSpan(0, count);
        for (int rank = Lowest(ranks); rank != PairTable.NoRank; rank = Lowest(ranks))
            MergeAt(pairs, ranks.IndexOf(rank), rank, count);
    }

    void MergeLong(PairTable pairs, int count)
    {
        // An entry is rank and position; it is stale when the rank at its position has changed since.
        var heap = new PriorityHeap(count);
        for (int i = 0; i < count; i++)
            Offer(heap, i);

        while (heap.TryPop(out int rank, out int position))
        {
            if (_ranks[position] != rank)
                continue;
            MergeAt(pairs, position, rank, count);
            Offer(heap, position);
            if (_previous[position] >= 0)
                Offer(heap, _previous[position]);
        }
    }

    void Offer(PriorityHeap heap, int position)
    {
        if (_ranks[position] != PairTable.NoRank)
            heap.Push(_ranks[position], position);
    }

    void MergeAt(PairTable pairs, int position, int rank, int count)
    {
        int removed = _next[position];
        int next = _next[removed];
        int id = pairs.Merged(rank);
        _ids[position] = id;
        _next[position] = next;
        _ranks[removed] = PairTable.NoRank;

        _ranks[position] = PairTable.NoRank;
        if (next < count)
        {
            _previous[next] = position;
            _ranks[position] = pairs.Rank(id, _ids[next]);
        }

        int previous = _previous[position];
        if (previous >= 0)
            _ranks[previous] = pairs.Rank(_ids[previous], id);
    }

    static int Lowest(ReadOnlySpan<int> ranks)
    {
        int lowest = PairTable.NoRank;
        int i = 0;
        if (ranks.Length >= Vector256<int>.Count)
        {
            ref int first = ref MemoryMarshal.GetReference(ranks);
            Vector256<int> lowestLanes = Vector256.LoadUnsafe(ref first);
            for (i = Vector256<int>.Count; i <= ranks.Length - Vector256<int>.Count; i += Vector256<int>.Count)
                lowestLanes = Vector256.Min(lowestLanes, Vector256.LoadUnsafe(ref Unsafe.Add(ref first, i)));
            Vector128<int> half = Vector128.Min(lowestLanes.GetLower(), lowestLanes.GetUpper());
            lowest = Math.Min(Math.Min(half[0], half[1]), Math.Min(half[2], half[3]));
        }
        for (; i < ranks.Length; i++)
            lowest = Math.Min(lowest, ranks[i]);
        return lowest;
    }
}
