using System.Numerics.Tensors;
using Hone.Engine;
using Hone.Engine.Kernels;

namespace Hone.Data.Analysis.Classification;

/// <summary>Multinomial logistic regression: p(class) ∝ exp(w·x + b), where Σ −ln p(true class) + |W|²/2C is least: scikit-learn's objective.</summary>
public sealed class LogisticRegression : IVectorClassifier
{
    const int MostRounds = 200;
    const int Parts = 5;

    /// <summary>What C may be. Vectors of texts lie close together: 1, the usual one, often leaves the most frequent class alone.</summary>
    static readonly double[] Strengths = [1, 10, 100, 1000];

    readonly float[] _weights; // [classes, D + 1], the bias last
    readonly int _classes;
    readonly int _dimensions;

    LogisticRegression(float[] weights, int classes, int dimensions) => (_weights, _classes, _dimensions) = (weights, classes, dimensions);

    /// <summary>With the C that gives a fifth of the rows, each class evenly, the largest probability after learning from the others.</summary>
    /// <param name="classes">Of each point, from 0 on.</param>
    /// <param name="count">How many classes there are.</param>
    public static LogisticRegression TrainBest(Points points, IReadOnlyList<int> classes, int count, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(classes);
        if (points.Count < 2 * Parts)
            return Train(points, classes, count, Strengths[0], cancel);
        int[] parts = CrossValidation.Deal(classes, Parts, seed: 1);
        int[] known = [.. Enumerable.Range(0, points.Count).Where(i => parts[i] > 0)], asked = [.. Enumerable.Range(0, points.Count).Where(i => parts[i] == 0)];
        Points learned = points.Take(known);
        int[] labels = [.. known.Select(i => classes[i])];
        double best = Strengths.MaxBy(strength =>
        {
            LogisticRegression tried = Train(learned, labels, count, strength, cancel);
            var fits = new double[asked.Length];
            PointLoop.For(asked.Length, i => fits[i] = Math.Log(Math.Max(double.Epsilon, tried.Shares(points.Row(asked[i]))[classes[asked[i]]])), cancel);
            return fits.Sum();
        });
        return Train(points, classes, count, best, cancel);
    }

    /// <param name="classes">Of each point, from 0 on.</param>
    /// <param name="count">How many classes there are.</param>
    /// <param name="strength">C: how little the weights are held small.</param>
    public static LogisticRegression Train(Points points, IReadOnlyList<int> classes, int count, double strength, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(classes);
        Loss loss = new(WithOnes(points), classes, count, strength);
        double[] weights = LimitedMemoryBfgs.Minimise((at, gradient) => loss.Evaluate(at, gradient, cancel), new double[count * (points.Dimensions + 1)], MostRounds);
        return new LogisticRegression([.. weights.Select(weight => (float)weight)], count, points.Dimensions);
    }

    public Prediction Predict(ReadOnlySpan<float> vector)
    {
        double[] shares = Shares(vector);
        int best = TensorPrimitives.IndexOfMax<double>(shares);
        return new Prediction(best, shares[best]);
    }

    double[] Shares(ReadOnlySpan<float> vector)
    {
        var logits = new double[_classes];
        for (int label = 0; label < _classes; label++)
        {
            ReadOnlySpan<float> weights = _weights.AsSpan(label * (_dimensions + 1), _dimensions + 1);
            logits[label] = weights[^1];
            for (int j = 0; j < vector.Length; j++)
                logits[label] += (double)weights[j] * vector[j];
        }
        // One after the other: the same bits wherever the numbers lie in memory.
        double most = logits.Max();
        double[] shares = [.. logits.Select(logit => Math.Exp(logit - most))];
        double sum = shares.Sum();
        return [.. shares.Select(share => share / sum)];
    }

    static Points WithOnes(Points points)
    {
        var wide = new Points(new float[points.Count * (points.Dimensions + 1)], points.Count, points.Dimensions + 1);
        for (int i = 0; i < points.Count; i++)
        {
            points.Row(i).CopyTo(wide.Row(i));
            wide.Row(i)[^1] = 1;
        }
        return wide;
    }

    /// <summary>The objective and its gradient.</summary>
    sealed class Loss
    {
        /// <summary>Multiplications between two looks at whether it is cancelled.</summary>
        const long WorkAtOnce = 1L << 28;

        /// <summary>Fewer rows at once would have the gradient read and written more often than computed.</summary>
        const int FewestAtOnce = 256;

        readonly Points _points;
        readonly IReadOnlyList<int> _classes;
        readonly int _count;
        readonly double _strength;
        readonly int _rowsAtOnce;
        readonly float[] _logits;
        readonly float[] _gradient;

        public Loss(Points points, IReadOnlyList<int> classes, int count, double strength)
        {
            (_points, _classes, _count, _strength) = (points, classes, count, strength);
            _gradient = new float[count * points.Dimensions];
            _rowsAtOnce = (int)Math.Min(points.Count, Math.Max(FewestAtOnce, WorkAtOnce / _gradient.Length));
            _logits = new float[_rowsAtOnce * count];
        }

        public double Evaluate(double[] weights, double[] gradient, CancellationToken cancel)
        {
            var matrix = new Points([.. weights.Select(weight => (float)weight)], _count, _points.Dimensions);
            double sum = 0;
            for (int first = 0; first < _points.Count; first += _rowsAtOnce)
            {
                cancel.ThrowIfCancellationRequested();
                sum += OfRows(first, Math.Min(_rowsAtOnce, _points.Count - first), matrix);
            }

            // The bias is not held small.
            for (int i = 0; i < weights.Length; i++)
            {
                bool isBias = (i + 1) % _points.Dimensions == 0;
                gradient[i] = _gradient[i] + (isBias ? 0 : weights[i] / _strength);
                sum += isBias ? 0 : weights[i] * weights[i] / (2 * _strength);
            }
            return sum;
        }

        /// <summary>What some rows add: their loss, and to dW their (p − y)ᵀ·X.</summary>
        double OfRows(int first, int rows, Points weights)
        {
            _points.Products(first, rows, weights, _logits);
            double sum = 0;
            for (int i = 0; i < rows; i++)
                sum += OfRow(_logits.AsSpan(i * _count, _count), _classes[first + i]);
            var errors = new MatrixView(_logits, rows, _count);
            Gemm.Multiply(errors.Transposed, _points.View.RowRange(first, rows), _gradient, _points.Dimensions, accumulate: first > 0);
            return sum;
        }

        /// <summary>−ln p of the true class; the logits become p − y.</summary>
        static double OfRow(Span<float> logits, int label)
        {
            double most = TensorPrimitives.Max<float>(logits), all = 0;
            foreach (float logit in logits)
                all += Math.Exp(logit - most);
            double loss = Math.Log(all) + most - logits[label];
            for (int i = 0; i < logits.Length; i++)
                logits[i] = (float)((Math.Exp(logits[i] - most) / all) - (i == label ? 1 : 0));
            return loss;
        }
    }
}
