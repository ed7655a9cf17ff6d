using Hone.Engine;

namespace Hone.Data.Analysis.Clustering;

/// <summary>An edge between two points.</summary>
readonly record struct TreeEdge(int From, int To, double Length);

/// <summary>The shortest tree that joins all points, by Prim's rule (1957), where points in sparse places are farther apart than they lie.</summary>
static class SpanningTree
{
    const int PointsAtOnce = 256;

    /// <summary>Edges of length max(core(a), core(b), distance(a, b)), the mutual reachability distance, in the order in which they join.</summary>
    /// <param name="cores">How far each point is from its last neighbour that counts.</param>
    public static TreeEdge[] Of(Points points, double[] cores, PointMetric metric, CancellationToken cancel)
    {
        var edges = new TreeEdge[points.Count - 1];
        var isJoined = new bool[points.Count];
        var lengths = new double[points.Count];
        var from = new int[points.Count];
        lengths.AsSpan().Fill(double.PositiveInfinity);
        int current = 0;
        for (int edge = 0; edge < edges.Length; edge++)
        {
            cancel.ThrowIfCancellationRequested();
            isJoined[current] = true;
            int last = current;
            Workers.For((points.Count + PointsAtOnce - 1) / PointsAtOnce, block =>
            {
                int end = Math.Min(points.Count, (block + 1) * PointsAtOnce);
                for (int i = block * PointsAtOnce; i < end; i++)
                {
                    if (isJoined[i])
                        continue;
                    double length = Math.Max(Math.Max(cores[last], cores[i]), metric.Between(points.Row(last), points.Row(i)));
                    if (length < lengths[i])
                        (lengths[i], from[i]) = (length, last);
                }
            });
            current = Nearest(lengths, isJoined);
            edges[edge] = new TreeEdge(from[current], current, lengths[current]);
        }
        return edges;
    }

    static int Nearest(double[] lengths, bool[] isJoined)
    {
        int nearest = -1;
        for (int i = 0; i < lengths.Length; i++)
            if (!isJoined[i] && (nearest < 0 || lengths[i] < lengths[nearest]))
                nearest = i;
        return nearest;
    }
}
