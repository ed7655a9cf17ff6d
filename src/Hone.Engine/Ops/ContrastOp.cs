using System.Numerics.Tensors;
using Hone.Engine.Kernels;

namespace Hone.Engine.Ops;

/// <summary>The cross-entropy of finding each row's partner among candidates (InfoNCE, van den Oord et al. 2018).</summary>
static class ContrastOp
{
    /// <summary>y = -weight · Σ log softmax(scale · a[i]·cᵀ)[i]: candidate i is the partner of row i, all others are wrong.</summary>
    /// <param name="a">Unit rows. [n, D]</param>
    /// <param name="c">Unit rows, at least as many. [m, D]</param>
    /// <param name="loss">The same in double.</param>
    /// <param name="right">How many rows have their partner nearest.</param>
    /// <param name="reciprocalRanks">The sum of 1 / the place of each row's partner.</param>
    public static Tensor Contrast(this Tape tape, Tensor a, Tensor c, float scale, double weight, out double loss, out int right, out double reciprocalRanks)
    {
        Tensor p = tape.New(a.Rows, c.Rows); // scores, then probabilities
        Gemm.Multiply(a.View, c.View.Transposed, p.Memory, p.Columns, scale);
        (loss, right, reciprocalRanks) = (0, 0, 0);
        for (int row = 0; row < p.Rows; row++)
        {
            Span<float> scores = p.Row(row);
            right += TensorPrimitives.IndexOfMax(scores) == row ? 1 : 0;
            reciprocalRanks += 1.0 / PlaceOf(scores[row], scores);
            float max = TensorPrimitives.Max(scores);
            double logSum = Math.Log(ExpSum(scores, max)) + max;
            loss += weight * (logSum - scores[row]);
            for (int column = 0; column < scores.Length; column++)
                scores[column] = (float)Math.Exp(scores[column] - logSum);
        }

        Tensor y = tape.New(1, 1, a.NeedsGrad || c.NeedsGrad);
        y.Data[0] = (float)loss;
        if (y.NeedsGrad)
            tape.Record(y, () => Backward(a, c, p, (float)(scale * weight) * y.Grad[0]));
        return y;
    }

    /// <summary>With ds = (p - 1 at the partner) · scale · weight · dy: da += ds·c, dc += dsᵀ·a.</summary>
    static void Backward(Tensor a, Tensor c, Tensor p, float factor)
    {
        for (int row = 0; row < p.Rows; row++)
            p.Row(row)[row] -= 1;
        if (a.NeedsGrad)
            Gemm.Multiply(p.View, c.View, a.GradMemory, a.Columns, factor, accumulate: true);
        if (c.NeedsGrad)
            Gemm.Multiply(p.View.Transposed, a.View, c.GradMemory, c.Columns, factor, accumulate: true);
    }

    /// <summary>From 1 on.</summary>
    static int PlaceOf(float score, ReadOnlySpan<float> scores)
    {
        int place = 1;
        foreach (float other in scores)
            place += other > score ? 1 : 0;
        return place;
    }

    static double ExpSum(ReadOnlySpan<float> scores, float max)
    {
        double sum = 0;
        foreach (float score in scores)
            sum += Math.Exp(score - max);
        return sum;
    }
}
