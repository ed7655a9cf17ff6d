using System.Numerics.Tensors;

namespace Hone.Data.Analysis.Classification;

/// <summary>L-BFGS (Liu and Nocedal 1989): descends along gradients corrected by the last changes of them.</summary>
/// <remarks>MathNet's throws where float32 products let no step improve any more; here that is the end, and the best point counts.</remarks>
static class LimitedMemoryBfgs
{
    const int Memory = 10;
    const double SmallestGradient = 1e-4; // the largest part of it, as in scikit-learn
    const double Sufficient = 1e-4;       // Armijo's rule
    const int MostHalvings = 30;

    /// <param name="evaluate">The value at a point; writes the gradient there.</param>
    public static double[] Minimise(Func<double[], double[], double> evaluate, double[] start, int mostRounds)
    {
        double[] at = start, gradient = new double[start.Length];
        double value = evaluate(at, gradient);
        List<(double[] Step, double[] Change, double Curvature)> history = [];
        for (int round = 0; round < mostRounds && TensorPrimitives.MaxMagnitude<double>(gradient) is > SmallestGradient or < -SmallestGradient; round++)
        {
            double[] direction = Direction(gradient, history);
            double slope = Dot(direction, gradient);
            double length = history.Count == 0 ? 1 / Math.Sqrt(Dot(gradient, gradient)) : 1;
            double[] next = new double[at.Length], nextGradient = new double[at.Length];
            double nextValue = double.PositiveInfinity;
            int halvings = 0;
            for (; halvings < MostHalvings && !(nextValue <= value + (Sufficient * length * slope)); halvings++, length /= 2)
            {
                TensorPrimitives.MultiplyAdd(direction, length, at, next);
                nextValue = evaluate(next, nextGradient);
            }
            if (halvings == MostHalvings)
                break;

            double[] step = [.. next.Zip(at, (a, b) => a - b)], change = [.. nextGradient.Zip(gradient, (a, b) => a - b)];
            double curvature = Dot(step, change);
            if (curvature > 0)
                history.Add((step, change, curvature));
            if (history.Count > Memory)
                history.RemoveAt(0);
            (at, gradient, value) = (next, nextGradient, nextValue);
        }
        return at;
    }

    /// <summary>−H·gradient, by the two loops.</summary>
    static double[] Direction(double[] gradient, List<(double[] Step, double[] Change, double Curvature)> history)
    {
        double[] direction = [.. gradient.Select(part => -part)];
        var factors = new double[history.Count];
        for (int i = history.Count - 1; i >= 0; i--)
        {
            factors[i] = Dot(history[i].Step, direction) / history[i].Curvature;
            Add(direction, history[i].Change, -factors[i]);
        }
        if (history.Count > 0)
        {
            (_, double[] change, double curvature) = history[^1];
            TensorPrimitives.Multiply(direction, curvature / Dot(change, change), direction);
        }
        for (int i = 0; i < history.Count; i++)
            Add(direction, history[i].Step, factors[i] - (Dot(history[i].Change, direction) / history[i].Curvature));
        return direction;
    }

    static void Add(double[] to, double[] what, double factor) => TensorPrimitives.MultiplyAdd(what, factor, to, to);

    // One after the other: the same bits wherever the numbers lie in memory.
    static double Dot(double[] x, double[] y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }
}
