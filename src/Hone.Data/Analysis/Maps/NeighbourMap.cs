using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hone.Engine;

namespace Hone.Data.Analysis.Maps;

/// <summary>A map on which near points stay near: t-SNE (van der Maaten and Hinton 2008), the attraction from the nearest neighbours alone as in its Barnes-Hut form (2014), the repulsion exact.</summary>
/// <remarks>Begins with the two principal components, so that the same points give the same map. Its cost grows with the square of the points: <see cref="MostPoints"/> takes some seconds on two cores.</remarks>
public static class NeighbourMap
{
    /// <summary>Of more points a map shows a sample.</summary>
    public const int MostPoints = 3000;

    public const int FewestPoints = 5;

    const double Perplexity = 30;
    const int Rounds = 500;
    const int EarlyRounds = 150;
    const double Exaggeration = 12;
    const int RowsAtOnce = 32;

    /// <summary>Two numbers for each point. [points, 2]</summary>
    /// <exception cref="HoneException">There are fewer than five points.</exception>
    public static Points Of(Points points, PointMetric metric, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count < FewestPoints)
            throw new HoneException(Text.Of($"{Text.Counted(points.Count, "row is", "rows are")} too few for a map; it takes {FewestPoints}.", $"{points.Count} 行数据太少，无法绘图；至少需要 {FewestPoints} 行。"));
        double perplexity = Math.Min(Perplexity, (points.Count - 1) / 3.0);
        Neighbour[][] near = Neighbours.OfEach(points, Math.Min(points.Count - 1, (int)(3 * perplexity)), metric, cancel);
        List<(int Other, float Weight)>[] attraction = Joint([.. near.Select(ones => Weights(ones, perplexity))], near);
        State state = new(Start(points), attraction);
        for (int round = 0; round < Rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            bool isEarly = round < EarlyRounds;
            state.Move((float)(isEarly ? Exaggeration : 1), isEarly ? 0.5f : 0.8f, Math.Max(points.Count / (float)Exaggeration / 4, 50));
        }
        return state.Map();
    }

    /// <summary>The principal components, small: from there the points find their places without being torn.</summary>
    static Points Start(Points points)
    {
        Points start = PrincipalComponents.Project(points, 2);
        double squares = 0;
        for (int i = 0; i < start.Count; i++)
            squares += start.Row(i)[0] * (double)start.Row(i)[0];
        double scale = squares == 0 ? 0 : 1e-4 / Math.Sqrt(squares / start.Count);
        SeededRandom random = new(seed: 1);
        var values = new float[2 * points.Count];
        for (int i = 0; i < points.Count; i++)
            for (int axis = 0; axis < 2; axis++)
                // Points that are the same would never part without a little chance.
                values[(2 * i) + axis] = (float)(((axis < start.Dimensions ? start.Row(i)[axis] : 0) * scale) + (1e-6 * (random.NextDouble() - 0.5)));
        return new Points(values, points.Count, 2);
    }

    /// <summary>p(j|i) ∝ exp(−β·d²), with the β for which their entropy is that of <paramref name="perplexity"/> equal ones: by bisection.</summary>
    static double[] Weights(Neighbour[] near, double perplexity)
    {
        double wanted = Math.Log(perplexity);
        (double low, double high, double beta) = (0, double.PositiveInfinity, 1);
        double least = near[0].Distance * near[0].Distance;
        var weights = new double[near.Length];
        for (int round = 0; round < 100; round++)
        {
            double sum = 0, mean = 0;
            for (int i = 0; i < near.Length; i++)
            {
                double square = (near[i].Distance * near[i].Distance) - least;
                weights[i] = Math.Exp(-beta * square);
                sum += weights[i];
                mean += weights[i] * square;
            }
            double entropy = Math.Log(sum) + (beta * mean / sum);
            for (int i = 0; i < weights.Length; i++)
                weights[i] /= sum;
            if (Math.Abs(entropy - wanted) < 1e-5)
                break;
            if (entropy > wanted)
                low = beta;
            else
                high = beta;
            beta = double.IsPositiveInfinity(high) ? beta * 2 : (low + high) / 2;
        }
        return weights;
    }

    /// <summary>p(i, j) = (p(j|i) + p(i|j)) / 2n, for each point in the order of the others.</summary>
    static List<(int Other, float Weight)>[] Joint(double[][] weights, Neighbour[][] near)
    {
        var sums = new SortedDictionary<int, double>[near.Length];
        for (int i = 0; i < near.Length; i++)
            sums[i] = [];
        void Add(int i, int j, double weight) => sums[i][j] = sums[i].GetValueOrDefault(j) + weight;
        for (int i = 0; i < near.Length; i++)
        {
            for (int j = 0; j < near[i].Length; j++)
            {
                double half = weights[i][j] / (2 * near.Length);
                Add(i, near[i][j].Index, half);
                Add(near[i][j].Index, i, half);
            }
        }
        return [.. sums.Select(one => one.Select(pair => (pair.Key, (float)pair.Value)).ToList())];
    }

    /// <summary>Where the points are and how they move.</summary>
    sealed class State
    {
        readonly int _count;
        readonly float[][] _places;
        readonly float[][] _steps;
        readonly float[][] _gains;
        readonly float[][] _repulsions;
        readonly double[] _sums;
        readonly List<(int Other, float Weight)>[] _attraction;

        public State(Points start, List<(int Other, float Weight)>[] attraction)
        {
            _count = start.Count;
            _attraction = attraction;
            _sums = new double[_count];
            _places = [new float[_count], new float[_count]];
            _steps = [new float[_count], new float[_count]];
            _gains = [[.. Enumerable.Repeat(1f, _count)], [.. Enumerable.Repeat(1f, _count)]];
            _repulsions = [new float[_count], new float[_count]];
            for (int i = 0; i < _count; i++)
                (_places[0][i], _places[1][i]) = (start.Row(i)[0], start.Row(i)[1]);
        }

        public void Move(float exaggeration, float momentum, float rate)
        {
            int blocks = (_count + RowsAtOnce - 1) / RowsAtOnce;
            Workers.For(blocks, block =>
            {
                for (int i = block * RowsAtOnce; i < Math.Min(_count, (block + 1) * RowsAtOnce); i++)
                    Repel(i);
            });
            double sum = _sums.Sum();
            Workers.For(blocks, block =>
            {
                for (int i = block * RowsAtOnce; i < Math.Min(_count, (block + 1) * RowsAtOnce); i++)
                    Step(i, exaggeration, momentum, rate, sum);
            });
            // The steps are taken together, after all of them are known.
            for (int axis = 0; axis < 2; axis++)
            {
                double mean = 0;
                for (int i = 0; i < _count; i++)
                    mean += _places[axis][i] += _steps[axis][i];
                for (int i = 0; i < _count; i++)
                    _places[axis][i] -= (float)(mean / _count);
            }
        }

        public Points Map()
        {
            var values = new float[2 * _count];
            for (int i = 0; i < _count; i++)
                (values[2 * i], values[(2 * i) + 1]) = (_places[0][i], _places[1][i]);
            return new Points(values, _count, 2);
        }

        /// <summary>Σ q and Σ q²·(y − y'), where q = 1 / (1 + |y − y'|²).</summary>
        void Repel(int i)
        {
            (float x, float y) = (_places[0][i], _places[1][i]);
            ref float xs = ref MemoryMarshal.GetArrayDataReference(_places[0]), ys = ref MemoryMarshal.GetArrayDataReference(_places[1]);
            Vector512<float> sum = Vector512<float>.Zero, xSum = Vector512<float>.Zero, ySum = Vector512<float>.Zero;
            Vector512<float> own = Vector512.Create(x), ownY = Vector512.Create(y);
            int j = 0;
            for (; j <= _count - Vector512<float>.Count; j += Vector512<float>.Count)
            {
                Vector512<float> dx = own - Vector512.LoadUnsafe(ref xs, (nuint)j), dy = ownY - Vector512.LoadUnsafe(ref ys, (nuint)j);
                Vector512<float> q = Vector512<float>.One / Vector512.FusedMultiplyAdd(dx, dx, Vector512.FusedMultiplyAdd(dy, dy, Vector512<float>.One));
                sum += q;
                xSum = Vector512.FusedMultiplyAdd(q * q, dx, xSum);
                ySum = Vector512.FusedMultiplyAdd(q * q, dy, ySum);
            }

            (float total, float xTotal, float yTotal) = (Vector512.Sum(sum), Vector512.Sum(xSum), Vector512.Sum(ySum));
            for (; j < _count; j++)
            {
                (float dx, float dy) = (x - _places[0][j], y - _places[1][j]);
                float q = 1 / (1 + (dx * dx) + (dy * dy));
                total += q;
                xTotal += q * q * dx;
                yTotal += q * q * dy;
            }
            _sums[i] = total - 1; // without the point itself
            (_repulsions[0][i], _repulsions[1][i]) = (xTotal, yTotal);
        }

        /// <summary>The gradient 4·Σ (p·q − q²/Σq)·(y − y'), by momentum and the gains of Jacobs (1988).</summary>
        void Step(int i, float exaggeration, float momentum, float rate, double sum)
        {
            (float x, float y) = (_places[0][i], _places[1][i]);
            (double xPull, double yPull) = (0, 0);
            foreach ((int other, float weight) in _attraction[i])
            {
                (float dx, float dy) = (x - _places[0][other], y - _places[1][other]);
                float pull = weight / (1 + (dx * dx) + (dy * dy));
                xPull += pull * dx;
                yPull += pull * dy;
            }
            Change(0, xPull);
            Change(1, yPull);

            void Change(int axis, double pull)
            {
                float gradient = (float)(4 * ((exaggeration * pull) - (_repulsions[axis][i] / sum)));
                ref float gain = ref _gains[axis][i];
                gain = Math.Max(0.01f, Math.Sign(gradient) != Math.Sign(_steps[axis][i]) ? gain + 0.2f : gain * 0.8f);
                _steps[axis][i] = (momentum * _steps[axis][i]) - (rate * gain * gradient);
            }
        }
    }
}
