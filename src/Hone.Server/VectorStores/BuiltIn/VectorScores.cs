using Hone.Engine.Kernels;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.BuiltIn;

/// <summary>What metrics measure, in double precision.</summary>
static class VectorScores
{
    public static double Of(VectorMetric metric, ReadOnlySpan<float> x, ReadOnlySpan<float> y) =>
        metric switch
        {
            VectorMetric.Cosine => Math.Clamp(Sums.OfProductsInDouble(x, y) / Math.Sqrt(Sums.OfProductsInDouble(x, x) * Sums.OfProductsInDouble(y, y)), -1, 1),
            VectorMetric.DotProduct => Sums.OfProductsInDouble(x, y),
            _ => Distance(x, y),
        };

    /// <summary>‖x − y‖.</summary>
    static double Distance(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double difference = (double)x[i] - y[i];
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }
}
