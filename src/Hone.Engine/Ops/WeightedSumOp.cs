namespace Hone.Engine.Ops;

/// <summary>A scalar from many.</summary>
static class WeightedSumOp
{
    /// <summary>y = Σ weights[i] · x[i], summed in double.</summary>
    /// <param name="x">[n, 1]</param>
    public static Tensor WeightedSum(this Tape tape, Tensor x, float[] weights)
    {
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
            sum += (double)weights[i] * x.Data[i];

        Tensor y = tape.New(1, 1, x.NeedsGrad);
        y.Data[0] = (float)sum;
        if (y.NeedsGrad)
        {
            tape.Record(y, () =>
            {
                for (int i = 0; i < weights.Length; i++)
                    x.Grad[i] += weights[i] * y.Grad[0];
            });
        }

        return y;
    }
}
