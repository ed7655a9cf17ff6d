using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hone.Engine.Kernels;

namespace Hone.Engine.Neighbours;

/// <summary>Finds the rows with the largest keys by their 8-bit codes, and misses none: what the codes leave out is bounded, row by row.</summary>
/// <remarks>
/// With x̂ and q̂ for what the codes stand for, |q·x − q̂·x̂| ≤ ‖q‖·‖x − x̂‖ + ‖q − q̂‖·‖x̂‖ (Cauchy and Schwarz).
/// A row whose bound reaches below the k-th best certain key cannot be among the k best; of a million rows some dozens remain, whose exact keys the caller compares.
/// </remarks>
public static class NeighbourSearch
{
    /// <summary>Rows that share a word of the mask.</summary>
    const int Group = 64;

    /// <summary>Rows of an item of work.</summary>
    const int Chunk = 8192;

    /// <summary>Roundings in float on the way to a key, relative to its parts.</summary>
    const float Rounding = 1e-6f;

    /// <summary>For each query the rows that may be among its <paramref name="count"/> best, in any order: a superset of them.</summary>
    /// <param name="segments">One after the other; rows are counted through. All but the last are full.</param>
    /// <param name="rows">How many are written.</param>
    /// <param name="allowed">A bit for each row that comes into question, 64 to a word, the lowest first.</param>
    public static int[][] Candidates(IReadOnlyList<VectorSegment> segments, int rows, IReadOnlyList<float[]> queries, int count, ulong[] allowed)
    {
        if (rows == 0 || queries.Count == 0)
            return [.. queries.Select(_ => Array.Empty<int>())];
        var search = new Search(segments[0].CodeLength, queries, count, allowed);
        List<(VectorSegment Segment, int First, int Start, int End)> chunks = [];
        int first = 0;
        foreach (VectorSegment segment in segments)
        {
            int end = Math.Min(segment.Capacity, rows - first);
            for (int start = 0; start < end; start += Chunk)
                chunks.Add((segment, first, start, Math.Min(start + Chunk, end)));
            first += segment.Capacity;
        }

        Workers.For(chunks.Count, (search, chunks), static (work, i) =>
        {
            (VectorSegment segment, int offset, int start, int end) = work.chunks[i];
            work.search.Look(segment, offset, start, end);
        });
        return search.Found();
    }

    /// <summary>The codes of the queries, and what was found so far.</summary>
    sealed class Search
    {
        readonly short[] _codes;
        readonly Best[] _queries;
        readonly ulong[] _allowed;
        readonly int _length, _count;

        public Search(int length, IReadOnlyList<float[]> queries, int count, ulong[] allowed)
        {
            (_length, _count, _allowed) = (length, count, allowed);
            _codes = new short[queries.Count * length];
            _queries = new Best[queries.Count];
            for (int i = 0; i < queries.Count; i++)
            {
                (float scale, float error) = ByteCodes.Write(queries[i], _codes.AsSpan(i * length, length));
                float norm = (float)(Math.Sqrt(Sums.OfSquaresInDouble(queries[i])) * (1 + Rounding));
                // ‖x̂‖ ≤ 127 · scale · √length
                _queries[i] = new Best(scale, norm, error * 127 * MathF.Sqrt(length), count);
            }
        }

        /// <summary>Looks through rows of a segment for all queries at once.</summary>
        public void Look(VectorSegment segment, int offset, int start, int end)
        {
            var found = new Part[_queries.Length];
            for (int i = 0; i < found.Length; i++)
                found[i] = new Part(_queries[i].Threshold, _count);
            Span<int> dots = _queries.Length == 1 ? stackalloc int[Group] : new int[Group * _queries.Length];
            for (int group = start; group < end; group += Group)
            {
                ulong mask = _allowed[(offset + group) / Group];
                if (end - group < Group)
                    mask &= (1UL << (end - group)) - 1;
                if (mask == 0)
                    continue;
                ByteDots.Multiply(segment.Codes.Slice(group * _length, Group * _length), Group, _codes, _queries.Length, _length, dots);
                for (int i = 0; i < _queries.Length; i++)
                    _queries[i].Take(segment, offset, group, mask, dots.Slice(i * Group, Group), found[i]);
            }

            for (int i = 0; i < found.Length; i++)
                _queries[i].Add(found[i]);
        }

        public int[][] Found() => [.. _queries.Select(query => query.Rows())];
    }

    /// <summary>What one item of work found for a query.</summary>
    sealed class Part(float threshold, int count)
    {
        /// <summary>What a row must be able to reach.</summary>
        public float Threshold { get; private set; } = threshold;

        /// <summary>The rows that may reach it, with the most that they can be.</summary>
        public List<(int Row, float Most)> Rows { get; } = [];

        /// <summary>What the best of them are at least.</summary>
        public PriorityQueue<float, float> Least { get; } = new();

        public void Add(int row, float least, float most)
        {
            Rows.Add((row, most));
            if (Least.Count < count)
                Least.Enqueue(least, least);
            else if (least > Least.Peek())
                Least.DequeueEnqueue(least, least);
            if (Least.Count == count)
                Threshold = Math.Max(Threshold, Least.Peek());
        }
    }

    /// <summary>A query, and the best of all parts.</summary>
    sealed class Best(float scale, float norm, float errorOfCodes, int count)
    {
        readonly Lock _lock = new();
        readonly List<(int Row, float Most)> _rows = [];
        readonly PriorityQueue<float, float> _least = new();
        float _threshold = float.NegativeInfinity;

        public float Threshold => Volatile.Read(ref _threshold);

        /// <summary>Takes the rows of a group that may reach the threshold.</summary>
        public void Take(VectorSegment segment, int offset, int group, ulong mask, ReadOnlySpan<int> dots, Part part)
        {
            ReadOnlySpan<float> scales = segment.Scales.Slice(group, Group), errors = segment.Errors.Slice(group, Group), biases = segment.Biases.Slice(group, Group);
            for (int i = 0; i < Group; i += Lanes.Count)
            {
                Vector512<float> dot = Vector512.ConvertToSingle(Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(dots), (nuint)i));
                Vector512<float> step = Lanes.Load(scales, i), bias = Lanes.Load(biases, i);
                Vector512<float> product = dot * (step * scale), key = product + bias;
                Vector512<float> slack = (Lanes.Load(errors, i) * norm) + (step * errorOfCodes) + ((Vector512.Abs(product) + Vector512.Abs(bias)) * Rounding);
                Vector512<float> most = key + slack;
                ulong reached = Vector512.GreaterThanOrEqual(most, Vector512.Create(part.Threshold)).ExtractMostSignificantBits() & (mask >> i) & 0xFFFF;
                for (; reached != 0; reached &= reached - 1)
                {
                    int lane = BitOperations.TrailingZeroCount(reached);
                    if (most[lane] >= part.Threshold)
                        part.Add(offset + group + i + lane, key[lane] - slack[lane], most[lane]);
                }
            }
        }

        public void Add(Part part)
        {
            lock (_lock)
            {
                foreach ((float least, _) in part.Least.UnorderedItems)
                {
                    if (_least.Count < count)
                        _least.Enqueue(least, least);
                    else if (least > _least.Peek())
                        _least.DequeueEnqueue(least, least);
                }

                if (_least.Count == count)
                    Volatile.Write(ref _threshold, _least.Peek());
                _rows.AddRange(part.Rows.Where(row => row.Most >= _threshold));
            }
        }

        public int[] Rows() => [.. _rows.Where(row => row.Most >= _threshold).Select(row => row.Row)];
    }
}
