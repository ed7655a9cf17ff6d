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
            return asked.Sum(i => Math.Log(Math.Max(double.Epsilon, tried.Shares(points.Row(i))[classes[i]])));
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
        double[] weights = LimitedMemoryBfgs.Minimise(loss.Evaluate, new double[count * (points.Dimensions + 1)], MostRounds, cancel);
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
    sealed class Loss(Points points, IReadOnlyList<int> classes, int count, double strength)
    {
        readonly float[] _logits = new float[points.Count * count];
        readonly float[] _gradient = new float[count * points.Dimensions];

        public double Evaluate(double[] weights, double[] gradient)
        {
            var matrix = new Points([.. weights.Select(weight => (float)weight)], count, points.Dimensions);
            points.Products(0, points.Count, matrix, _logits);
            double sum = 0;
            for (int i = 0; i < points.Count; i++)
                sum += OfRow(_logits.AsSpan(i * count, count), classes[i]);

            // dW = (p − y)ᵀ·X + W/C; the bias is not held small.
            var errors = new MatrixView(_logits, points.Count, count);
            Gemm.Multiply(errors.Transposed, points.View, _gradient, points.Dimensions);
            for (int i = 0; i < weights.Length; i++)
            {
                bool isBias = (i + 1) % points.Dimensions == 0;
                gradient[i] = _gradient[i] + (isBias ? 0 : weights[i] / strength);
                sum += isBias ? 0 : weights[i] * weights[i] / (2 * strength);
            }
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
