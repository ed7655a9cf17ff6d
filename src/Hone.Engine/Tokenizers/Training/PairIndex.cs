using System.Runtime.InteropServices;

namespace Hone.Engine.Tokenizers.Training;

/// <summary>
/// The pairs of neighbouring tokens: how often they occur, and where. A pair gets its places in the step that makes its younger token;
/// afterwards it only loses some, so places are written once, together, and checked against the tape when they are used.
/// </summary>
sealed class PairIndex(WordTape tape, int minimumCount)
{
    readonly List<Pair> _pairs = [];
    readonly List<int> _newPlaces = [];
    int _firstNew;

    // The most frequent pair first; of equals the one with the older tokens.
    readonly PriorityQueue<int, (long Count, ulong Tokens)> _queue = new(
        Comparer<(long Count, ulong Tokens)>.Create((a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : a.Tokens.CompareTo(b.Tokens))
    );

    /// <summary>Removes the most frequent pair; false when none is frequent enough.</summary>
    public bool TryTake(out int index, out Pair pair)
    {
        // Counts in the queue may be out of date, but only too high.
        while (_queue.TryDequeue(out index, out (long Count, ulong Tokens) priority))
        {
            pair = _pairs[index];
            if (pair.Count == priority.Count)
            {
                _pairs[index] = default;
                return true;
            }
            Offer(index);
        }
        pair = default;
        return false;
    }

    /// <summary>A new pair of this step, without places.</summary>
    public int Create(int left, int right)
    {
        _pairs.Add(new Pair { Left = left, Right = right });
        return _pairs.Count - 1;
    }

    /// <summary>From now on another pair, one of this step, starts at <paramref name="at"/>.</summary>
    public void Replace(int at, int index)
    {
        ref WordTape.Cell cell = ref tape[at];
        if (cell.Pair < _firstNew)
            _newPlaces.Add(at);
        Discount(cell.Pair, cell.Count);
        cell.Pair = index;
        CollectionsMarshal.AsSpan(_pairs)[index].Count += cell.Count;
    }

    /// <summary>The pair loses a place in a word that occurs <paramref name="count"/> times.</summary>
    public void Discount(int index, int count)
    {
        if (index != WordTape.None)
            CollectionsMarshal.AsSpan(_pairs)[index].Count -= count;
    }

    /// <summary>Ends a step: its pairs get their places and stand in line; those that are too rare are forgotten.</summary>
    public void Commit()
    {
        Span<Pair> created = CollectionsMarshal.AsSpan(_pairs)[_firstNew..];
        var placeCounts = new int[created.Length];
        foreach (int at in _newPlaces)
            placeCounts[tape[at].Pair - _firstNew]++;

        var kept = new int[created.Length]; // the number that each new pair keeps, or None
        int keptCount = 0;
        for (int i = 0; i < created.Length; i++)
        {
            kept[i] = created[i].Count >= minimumCount ? _firstNew + keptCount++ : WordTape.None;
            if (kept[i] == WordTape.None)
                continue;
            created[i].Places = new int[placeCounts[i]];
            created[kept[i] - _firstNew] = created[i];
        }

        foreach (int at in _newPlaces)
        {
            ref int pair = ref tape[at].Pair;
            int old = pair - _firstNew;
            pair = kept[old];
            if (pair != WordTape.None)
                created[pair - _firstNew].Places[^placeCounts[old]--] = at;
        }

        CollectionsMarshal.SetCount(_pairs, _firstNew + keptCount);
        for (; _firstNew < _pairs.Count; _firstNew++)
            Offer(_firstNew);
        _newPlaces.Clear();
    }

    void Offer(int index)
    {
        Pair pair = _pairs[index];
        if (pair.Count >= minimumCount)
            _queue.Enqueue(index, (pair.Count, ((ulong)(uint)pair.Left << 32) | (uint)pair.Right));
    }

    /// <summary>Two neighbouring tokens, how often they occur, and where the left one starts, in order.</summary>
    public struct Pair
    {
        public int Left;
        public int Right;
        public long Count;
        public int[] Places;
    }
}
