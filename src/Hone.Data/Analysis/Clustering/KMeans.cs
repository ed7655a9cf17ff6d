using System.Runtime.Intrinsics;
using Hone.Engine;
using Hone.Engine.Kernels;

namespace Hone.Data.Analysis.Clustering;

/// <summary>What k-means found.</summary>
/// <param name="Centres">[k, D]</param>
/// <param name="Clusters">Of each point, from 0 to k − 1.</param>
/// <param name="Inertia">The sum of the squared distances of the points to their centres.</param>
public sealed record KMeansResult(Points Centres, int[] Clusters, double Inertia, int Iterations);

/// <summary>How k-means runs.</summary>
public sealed record KMeansSettings
{
    public required int Clusters { get; init; }

    /// <summary>Runs from other initial centres, of which the best counts.</summary>
    public int Starts { get; init; } = 4;

    public int MostIterations { get; init; } = 300;

    /// <summary>The run ends when the centres together move by less than this share of the mean variance of a dimension (scikit-learn's rule), or no point changes its cluster.</summary>
    public double Tolerance { get; init; } = 1e-4;

    public ulong Seed { get; init; }
}

/// <summary>k-means by Lloyd's rule: each point belongs to its nearest centre, and each centre becomes the mean of its points (1957, 1982).</summary>
/// <remarks>
/// The nearest centre is the one with the largest c·x − |c|²/2: a matrix product a block of rows at a time, whose rows are then added to their centres while they are in the cache.
/// The product has the centres as its rows: 50 of them fill the tiles of the product better so, and 16 points are compared at a time.
/// A block's sums do not depend on the others and are added in order, so that the bits are the same for any number of threads.
/// </remarks>
public static class KMeans
{
    const int RowsAtOnce = 480; // ten tiles of the product, which is 48 wide, and 30 times 16 points
    const int BlocksInPart = 4; // rows whose sums are in float: 1,920, within the drift that a centre's own bits have

    /// <exception cref="HoneException">There are fewer different points than clusters.</exception>
    public static KMeansResult Run(Points points, KMeansSettings settings, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(settings);
        RequireEnough(points, settings.Clusters);
        SeededRandom random = new(settings.Seed);
        KMeansResult? best = null;
        for (int start = 0; start < settings.Starts; start++)
        {
            KMeansResult found = Run(points, KMeansStart.PlusPlus(points, settings.Clusters, random, cancel), settings, cancel);
            if (best is null || found.Inertia < best.Inertia)
                best = found;
        }
        return best!;
    }

    /// <summary>One run from given centres.</summary>
    public static KMeansResult Run(Points points, Points initial, KMeansSettings settings, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(initial);
        ArgumentNullException.ThrowIfNull(settings);
        Step step = new(points, initial);
        double tolerance = settings.Tolerance > 0 ? settings.Tolerance * MeanVariance(points) : 0;
        int iterations = 0;
        while (step.Assign() && iterations < settings.MostIterations)
        {
            cancel.ThrowIfCancellationRequested();
            iterations++;
            if (step.MoveCentres() > tolerance)
                continue;
            step.Assign();
            break;
        }
        return new KMeansResult(step.Centres, step.Clusters, step.Inertia(), iterations);
    }

    static void RequireEnough(Points points, int clusters)
    {
        int different = points.CountDifferent(clusters);
        if (different < clusters)
            throw new HoneException(Text.Of(
                $"{Text.Counted(points.Count, "row")} with {Text.Counted(different, "different vector")} cannot make {clusters} clusters. Ask for at most {different}.",
                $"{points.Count} 行数据只有 {different} 个不同的向量，无法分成 {clusters} 个簇。最多可分 {different} 个。"));
    }

    /// <summary>Σ |x − mean|² / (points · D).</summary>
    static double MeanVariance(Points points)
    {
        var sums = new double[points.Dimensions];
        for (int i = 0; i < points.Count; i++)
        {
            ReadOnlySpan<float> row = points.Row(i);
            for (int j = 0; j < row.Length; j++)
                sums[j] += row[j];
        }
        float[] mean = [.. sums.Select(sum => (float)(sum / points.Count))];
        double squares = 0;
        for (int i = 0; i < points.Count; i++)
            squares += PointDistance.Squared(points.Row(i), mean);
        return squares / points.Values.Length;
    }

    /// <summary>The state of a run.</summary>
    sealed class Step
    {
        readonly Points _points;
        readonly float[][] _sums; // of each part: [k, D]
        readonly int[][] _counts; // of each part: [k]
        readonly bool[] _hasChanged;
        readonly float[] _halfSquares; // |c|²/2

        public Step(Points points, Points initial)
        {
            _points = points;
            Centres = new Points([.. initial.Values], initial.Count, initial.Dimensions);
            Clusters = new int[points.Count];
            Clusters.AsSpan().Fill(-1);
            int parts = (points.Count + (RowsAtOnce * BlocksInPart) - 1) / (RowsAtOnce * BlocksInPart);
            _sums = [.. Enumerable.Range(0, parts).Select(_ => new float[initial.Values.Length])];
            _counts = [.. Enumerable.Range(0, parts).Select(_ => new int[initial.Count])];
            _hasChanged = new bool[parts];
            _halfSquares = new float[initial.Count];
        }

        public Points Centres { get; private set; }

        public int[] Clusters { get; }

        /// <summary>Finds the nearest centre of each point, and sums the points of each centre.</summary>
        /// <returns>Whether a point changed its cluster.</returns>
        public bool Assign()
        {
            for (int cluster = 0; cluster < Centres.Count; cluster++)
            {
                double squares = 0;
                foreach (float value in Centres.Row(cluster))
                    squares += (double)value * value;
                _halfSquares[cluster] = (float)(squares / 2);
            }
            Workers.For(_sums.Length, AssignPart);
            return _hasChanged.Contains(true);
        }

        void AssignPart(int part)
        {
            (float[] sums, int[] counts) = (_sums[part], _counts[part]);
            sums.AsSpan().Clear();
            counts.AsSpan().Clear();
            _hasChanged[part] = false;
            float[] products = new float[RowsAtOnce * Centres.Count];
            int[] nearest = new int[RowsAtOnce];
            int end = Math.Min(_points.Count, (part + 1) * RowsAtOnce * BlocksInPart);
            for (int first = part * RowsAtOnce * BlocksInPart; first < end; first += RowsAtOnce)
            {
                int count = Math.Min(RowsAtOnce, end - first);
                // [k, count]
                Gemm.Multiply(Centres.View, _points.View.RowRange(first, count).Transposed, products, count);
                Nearest(products, count, nearest);
                for (int i = 0; i < count; i++)
                {
                    int cluster = nearest[i];
                    _hasChanged[part] |= Clusters[first + i] != cluster;
                    Clusters[first + i] = cluster;
                    counts[cluster]++;
                    Add(_points.Row(first + i), sums.AsSpan(cluster * Centres.Dimensions, Centres.Dimensions));
                }
            }
        }

        /// <summary>The nearest centre of each point of a block; of equally near ones the first.</summary>
        void Nearest(ReadOnlySpan<float> products, int count, Span<int> nearest)
        {
            int i = 0;
            for (; i <= count - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                Vector512<float> most = Vector512.Create(float.NegativeInfinity);
                Vector512<int> best = Vector512<int>.Zero;
                for (int cluster = 0; cluster < _halfSquares.Length; cluster++)
                {
                    Vector512<float> nearness = Vector512.Create(products[((cluster * count) + i)..]) - Vector512.Create(_halfSquares[cluster]);
                    Vector512<float> isNearer = Vector512.GreaterThan(nearness, most);
                    most = Vector512.ConditionalSelect(isNearer, nearness, most);
                    best = Vector512.ConditionalSelect(isNearer.AsInt32(), Vector512.Create(cluster), best);
                }
                best.CopyTo(nearest[i..]);
            }

            for (; i < count; i++)
            {
                (nearest[i], float most) = (0, float.NegativeInfinity);
                for (int cluster = 0; cluster < _halfSquares.Length; cluster++)
                {
                    float nearness = products[(cluster * count) + i] - _halfSquares[cluster];
                    if (nearness > most)
                        (nearest[i], most) = (cluster, nearness);
                }
            }
        }

        // Element by element: no sum whose order could change.
        static void Add(ReadOnlySpan<float> row, Span<float> sums) => System.Numerics.Tensors.TensorPrimitives.Add(sums, row, sums);

        /// <summary>Puts each centre in the middle of its points. A centre without points takes the point that is farthest from its own.</summary>
        /// <returns>The sum of the squares by which the centres moved.</returns>
        public double MoveCentres()
        {
            var moved = new Points(new float[Centres.Values.Length], Centres.Count, Centres.Dimensions);
            Workers.For(Centres.Count, cluster => Mean(cluster, moved.Row(cluster)));
            FillEmpty(moved);
            double shift = 0;
            for (int cluster = 0; cluster < Centres.Count; cluster++)
                shift += PointDistance.Squared(Centres.Row(cluster), moved.Row(cluster));
            Centres = moved;
            return shift;
        }

        int CountOf(int cluster) => _counts.Sum(counts => counts[cluster]);

        void Mean(int cluster, Span<float> mean)
        {
            var sums = new double[mean.Length];
            foreach (float[] part in _sums)
            {
                ReadOnlySpan<float> row = part.AsSpan(cluster * mean.Length, mean.Length);
                for (int j = 0; j < sums.Length; j++)
                    sums[j] += row[j];
            }
            double count = Math.Max(1, CountOf(cluster));
            for (int j = 0; j < sums.Length; j++)
                mean[j] = (float)(sums[j] / count);
        }

        void FillEmpty(Points moved)
        {
            int[] empty = [.. Enumerable.Range(0, Centres.Count).Where(cluster => CountOf(cluster) == 0)];
            if (empty.Length == 0)
                return;
            int[] farthest = [.. Enumerable.Range(0, _points.Count).OrderByDescending(i => PointDistance.Squared(_points.Row(i), Centres.Row(Clusters[i]))).ThenBy(i => i).Take(empty.Length)];
            for (int i = 0; i < empty.Length; i++)
                _points.Row(farthest[i]).CopyTo(moved.Row(empty[i]));
        }

        public double Inertia()
        {
            double sum = 0;
            for (int i = 0; i < _points.Count; i++)
                sum += PointDistance.Squared(_points.Row(i), Centres.Row(Clusters[i]));
            return sum;
        }
    }
}
