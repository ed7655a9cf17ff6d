using System.Numerics.Tensors;
using Hone.Engine.Kernels;

namespace Hone.Engine.Ops;

/// <summary>The cosines of pairs in the order of their scores (CoSENT: Su 2022; sentence-transformers' CoSENTLoss).</summary>
static class CosentOp
{
    /// <summary>y = weight · log(1 + Σ exp(scale · (cosⱼ - cosᵢ))) over all i, j with scoreᵢ > scoreⱼ, where cosᵢ = a[i]·b[i].</summary>
    /// <param name="a">Unit rows. [n, D]</param>
    /// <param name="b">Unit rows. [n, D]</param>
    /// <param name="scores">How alike each pair is; their order counts alone. [n]</param>
    /// <param name="cosines">The cosine of each pair. [n]</param>
    /// <param name="loss">The value in double.</param>
    public static Tensor Cosent(this Tape tape, Tensor a, Tensor b, ReadOnlySpan<float> scores, float scale, double weight, double[] cosines, out double loss)
    {
        for (int i = 0; i < scores.Length; i++)
            cosines[i] = Sums.OfProducts(a.Row(i), b.Row(i));

        // The largest term is taken out of the sum, so that nothing overflows; 0 stands for the 1.
        double max = 0;
        for (int i = 0; i < scores.Length; i++)
            for (int j = 0; j < scores.Length; j++)
                if (scores[i] > scores[j])
                    max = Math.Max(max, scale * (cosines[j] - cosines[i]));

        double sum = Math.Exp(-max);
        var slopes = new double[scores.Length]; // Σ of the exponentials in which a cosine stands, with its sign
        for (int i = 0; i < scores.Length; i++)
        {
            for (int j = 0; j < scores.Length; j++)
            {
                if (scores[i] <= scores[j])
                    continue;
                double term = Math.Exp((scale * (cosines[j] - cosines[i])) - max);
                sum += term;
                slopes[j] += term;
                slopes[i] -= term;
            }
        }

        loss = weight * (max + Math.Log(sum));
        Tensor y = tape.New(1, 1, a.NeedsGrad || b.NeedsGrad);
        y.Data[0] = (float)loss;
        double factor = weight * scale / sum;
        if (y.NeedsGrad)
            tape.Record(y, () => Backward(a, b, slopes, factor * y.Grad[0]));
        return y;
    }

    /// <summary>With dcosᵢ = slopeᵢ · scale · weight · dy / Σ: da[i] += dcosᵢ·b[i], db[i] += dcosᵢ·a[i].</summary>
    static void Backward(Tensor a, Tensor b, double[] slopes, double factor)
    {
        for (int i = 0; i < slopes.Length; i++)
        {
            float dcos = (float)(slopes[i] * factor);
            if (a.NeedsGrad)
                TensorPrimitives.MultiplyAdd(b.Row(i), dcos, a.GradRow(i), a.GradRow(i));
            if (b.NeedsGrad)
                TensorPrimitives.MultiplyAdd(a.Row(i), dcos, b.GradRow(i), b.GradRow(i));
        }
    }
}
