using Hone.Engine;

namespace Hone.Data.Analysis;

/// <summary>A point that is near another one.</summary>
public readonly record struct Neighbour(int Index, double Distance);

/// <summary>The nearest points, exactly, the nearest first; of equally near ones the earlier first.</summary>
public static class Neighbours
{
    /// <summary>Of more neighbours all points are put in order: each that is kept one by one moves those behind it.</summary>
    const int MostKept = 1024;

    /// <summary>The nearest points of a query.</summary>
    /// <param name="isWanted">Which points may be among them; null for all.</param>
    public static Neighbour[] Of(Points points, ReadOnlySpan<float> query, int count, PointMetric metric, Func<int, bool>? isWanted = null)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (Math.Min(count, points.Count) > MostKept)
            return InOrder(points, query, count, metric, isWanted);
        var nearest = new Nearest(Math.Min(count, points.Count));
        for (int i = 0; i < points.Count; i++)
            if (isWanted is null || isWanted(i))
                nearest.Add(i, PointDistance.Squared(query, points.Row(i)));
        return nearest.Take(metric);
    }

    static Neighbour[] InOrder(Points points, ReadOnlySpan<float> query, int count, PointMetric metric, Func<int, bool>? isWanted)
    {
        int[] indices = [.. Enumerable.Range(0, points.Count).Where(i => isWanted is null || isWanted(i))];
        var squares = new (float Square, int Index)[indices.Length];
        for (int i = 0; i < indices.Length; i++)
            squares[i] = (PointDistance.Squared(query, points.Row(indices[i])), indices[i]);
        Array.Sort(squares);
        return [.. squares.Take(count).Select(one => Of(one.Index, one.Square, metric))];
    }

    static Neighbour Of(int index, float square, PointMetric metric) => new(index, metric == PointMetric.Cosine ? square / 2.0 : Math.Sqrt(square));

    /// <summary>The nearest others of every point. [points, count]</summary>
    /// <exception cref="HoneException">There are not more points than that.</exception>
    public static Neighbour[][] OfEach(Points points, int count, PointMetric metric, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (count >= points.Count)
            throw new HoneException(Text.Of($"{Text.Counted(points.Count, "row has", "rows have")} no {count} neighbours each. Use at most {points.Count - 1}.", $"{points.Count} 行数据不可能各有 {count} 个近邻。最多 {points.Count - 1} 个。"));
        var all = new Neighbour[points.Count][];
        PointLoop.For(points.Count, row => all[row] = Of(points, points.Row(row), count, metric, other => other != row), cancel);
        return all;
    }

    /// <summary>The nearest so far, in order. A new point is nearly always farther than all of them: one comparison.</summary>
    sealed class Nearest(int room)
    {
        readonly int[] _indices = new int[room];
        readonly float[] _squares = new float[room];
        int _count;

        public void Add(int index, float square)
        {
            if (_count == room && (room == 0 || square >= _squares[room - 1]))
                return;
            int at = _count < room ? _count++ : room - 1;
            for (; at > 0 && _squares[at - 1] > square; at--)
                (_indices[at], _squares[at]) = (_indices[at - 1], _squares[at - 1]);
            (_indices[at], _squares[at]) = (index, square);
        }

        public Neighbour[] Take(PointMetric metric) =>
            [.. _indices.Take(_count).Select((index, i) => Of(index, _squares[i], metric))];
    }
}
