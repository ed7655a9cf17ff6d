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

    /// <summary>The gain and the bias of vectors that follow each other, by which searches rank them; see <see cref="Engine.Neighbours.VectorSegment"/>.</summary>
    public static (float Gain, float Bias)[] Ranking(VectorMetric metric, ReadOnlySpan<float> vectors, int dimensions)
    {
        var ranking = new (float Gain, float Bias)[vectors.Length / dimensions];
        for (int i = 0; i < ranking.Length; i++)
        {
            ranking[i] = (1, 0);
            if (metric == VectorMetric.DotProduct)
                continue;
            ReadOnlySpan<float> vector = vectors.Slice(i * dimensions, dimensions);
            double squares = Sums.OfProductsInDouble(vector, vector);
            ranking[i] = metric == VectorMetric.Cosine ? ((float)(1 / Math.Sqrt(squares)), 0) : (1, (float)(-squares / 2));
        }

        return ranking;
    }

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
