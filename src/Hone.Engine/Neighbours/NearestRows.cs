namespace Hone.Engine.Neighbours;

/// <summary>The rows that may be among the nearest to one query, of all parts of a search.</summary>
/// <param name="count">How many nearest are wanted.</param>
sealed class NearestRows(int count)
{
    readonly Lock _lock = new();
    readonly List<(int Row, float Most)> _rows = [];
    readonly PriorityQueue<float, float> _least = new();
    float _threshold = float.NegativeInfinity;
    int _wait, _patience;

    /// <summary>What a key must be able to reach.</summary>
    public float Threshold => Volatile.Read(ref _threshold);

    /// <summary>Whether the next part is looked at without shadows, because they told too little of a part before: then they are tried again later, and each time later still.</summary>
    public bool WaitsForShadows()
    {
        lock (_lock)
            return _wait > 0 && _wait-- > 0;
    }

    public Part NewPart() => new(Threshold, count);

    public void Add(Part part)
    {
        if (part.LookedAt > 0)
        {
            lock (_lock)
            {
                // A second look takes as long as two rows in the stream of codes, a third as long as six.
                _patience = part.SeenTwice + (3L * part.SeenThrice) > part.LookedAt / 2 ? (2 * _patience) + 1 : 0;
                _wait = _patience;
            }
        }

        if (part.Rows.Count == 0)
            return;
        lock (_lock)
        {
            foreach ((float least, _) in part.Least.UnorderedItems)
                Keep(_least, least, count);
            if (_least.Count == count)
                Volatile.Write(ref _threshold, _least.Peek());
            _rows.AddRange(part.Rows.Where(row => !(row.Most < _threshold)));
        }
    }

    public int[] Rows() => [.. _rows.Where(row => !(row.Most < _threshold)).Select(row => row.Row)];

    static void Keep(PriorityQueue<float, float> best, float key, int count)
    {
        if (best.Count < count)
            best.Enqueue(key, key);
        else if (key > best.Peek())
            best.DequeueEnqueue(key, key);
    }

    /// <summary>What one part of a search finds.</summary>
    public sealed class Part(float threshold, int count)
    {
        static readonly List<(int Row, float Most)> NoRows = [];
        static readonly PriorityQueue<float, float> NoKeys = new();

        /// <summary>What a key must be able to reach.</summary>
        public float Threshold { get; private set; } = threshold;

        /// <summary>The rows that may reach it, with the most that their keys can be.</summary>
        public List<(int Row, float Most)> Rows { get; private set; } = NoRows;

        /// <summary>What the best of them are at least.</summary>
        public PriorityQueue<float, float> Least { get; private set; } = NoKeys;

        /// <summary>Rows whose brief shadows were looked at, those of them whose full shadows were, and of these those whose codes were.</summary>
        public int LookedAt { get; set; }

        public int SeenTwice { get; set; }

        public int SeenThrice { get; set; }

        /// <summary>Takes a row that may reach the threshold. What is not a number, because float has no such numbers, says nothing.</summary>
        public void Add(int row, float least, float most)
        {
            if (Rows == NoRows)
                (Rows, Least) = ([], new PriorityQueue<float, float>());
            Rows.Add((row, most));
            Keep(Least, float.IsNaN(least) ? float.NegativeInfinity : least, count);
            if (Least.Count == count)
                Threshold = Math.Max(Threshold, Least.Peek());
        }
    }
}
