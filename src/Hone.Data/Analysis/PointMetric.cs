namespace Hone.Data.Analysis;

/// <summary>What counts as near.</summary>
public enum PointMetric
{
    /// <summary>1 − cosine of the angle; the points must be of length 1, as <see cref="Points.Unit"/> makes them.</summary>
    Cosine,

    Euclidean,
}

static class PointMetrics
{
    public static double Between(this PointMetric metric, ReadOnlySpan<float> x, ReadOnlySpan<float> y) =>
        metric == PointMetric.Cosine ? PointDistance.Cosine(x, y) : PointDistance.Euclidean(x, y);
}
