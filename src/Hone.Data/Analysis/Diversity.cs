using System.Text.Json.Serialization;
using Hone.Engine;
using MathNet.Numerics.LinearAlgebra;

namespace Hone.Data.Analysis;

/// <summary>How many pairs of points have a distance from <c>From</c> up to <c>To</c>.</summary>
public sealed record DistanceBar(double From, double To, long Count)
{
    /// <summary>For people.</summary>
    [JsonIgnore]
    public string Range => FormattableString.Invariant($"{From:0.00}–{To:0.00}");
}

/// <summary>The distances between pairs of points. Quantiles are interpolated linearly, as numpy does.</summary>
/// <param name="Pairs">How many were looked at.</param>
/// <param name="IsSample">Whether these are pairs by chance and not all.</param>
public sealed record DistanceSummary(
    long Pairs, bool IsSample, double Mean, double Deviation, double Min, double Q10, double Median, double Q90, double Max, IReadOnlyList<DistanceBar> Bars);

/// <summary>How different the points of a set are from one another.</summary>
public static class Diversity
{
    /// <summary>Of more pairs than those of 2,000 points a sample of this many is taken.</summary>
    public const int MostPairs = 2_000_000;

    /// <summary>Of more points the Vendi score is that of a sample.</summary>
    public const int MostPointsOfScore = 1000;

    const int Bars = 24;

    /// <summary>The distances of all pairs, or of <see cref="MostPairs"/> pairs by chance where there are more.</summary>
    /// <exception cref="HoneException">There are fewer than two points.</exception>
    public static DistanceSummary Distances(Points points, PointMetric metric, ulong seed, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count < 2)
            throw new HoneException(Text.Of("A distance needs two rows.", "计算距离至少需要两行数据。"));
        long all = (long)points.Count * (points.Count - 1) / 2;
        bool isSample = all > MostPairs;
        double[] distances = isSample ? OfSample(points, metric, seed, cancel) : OfAll(points, metric, cancel);
        double mean = distances.Average();
        double deviation = Math.Sqrt(distances.Average(distance => (distance - mean) * (distance - mean)));
        Array.Sort(distances);
        return new DistanceSummary(
            distances.Length, isSample, mean, deviation,
            distances[0], Quantile(distances, 0.1), Quantile(distances, 0.5), Quantile(distances, 0.9), distances[^1], BarsOf(distances));
    }

    /// <summary>
    /// The Vendi score (Friedman and Dieng 2023): how many wholly different texts would be as diverse as these; exp of the entropy of the eigenvalues of K/n, where K holds the cosines.
    /// </summary>
    /// <param name="points">Of length 1; of more than <see cref="MostPointsOfScore"/> a sample is taken, which can only show fewer.</param>
    public static double VendiScore(Points points, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(points);
        int[] rows = SampledRows.Of(points.Count, MostPointsOfScore, seed);
        Points sample = points.Take(rows);
        // XXᵀ and XᵀX have the same eigenvalues but for zeros: the smaller one is taken apart.
        Points vectors = sample.Count <= sample.Dimensions ? sample : Transposed(sample);
        var cosines = new float[vectors.Count * vectors.Count];
        vectors.Products(0, vectors.Count, vectors, cosines);
        var matrix = Matrix<double>.Build.Dense(vectors.Count, vectors.Count, (i, j) => (cosines[(i * vectors.Count) + j] + (double)cosines[(j * vectors.Count) + i]) / (2 * sample.Count));
        return Math.Exp(Entropy(matrix.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real)));
    }

    /// <summary>As how many groups of one size these groups are as diverse: exp of the entropy of their shares (Hill 1973).</summary>
    public static double EffectiveNumber(IEnumerable<int> groups)
    {
        int[] sizes = [.. groups.GroupBy(group => group).Select(group => group.Count())];
        return Math.Exp(Entropy(sizes.Select(size => (double)size / sizes.Sum())));
    }

    /// <summary>−Σ p ln p.</summary>
    static double Entropy(IEnumerable<double> shares) => -shares.Where(share => share > 0).Sum(share => share * Math.Log(share));

    static double[] OfAll(Points points, PointMetric metric, CancellationToken cancel)
    {
        var distances = new double[(long)points.Count * (points.Count - 1) / 2];
        PointLoop.For(points.Count, i =>
        {
            int start = (int)((long)i * (i - 1) / 2);
            for (int j = 0; j < i; j++)
                distances[start + j] = metric.Between(points.Row(i), points.Row(j));
        }, cancel);
        return distances;
    }

    static double[] OfSample(Points points, PointMetric metric, ulong seed, CancellationToken cancel)
    {
        SeededRandom random = new(seed);
        var distances = new double[MostPairs];
        for (int i = 0; i < distances.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            int first = random.NextInt32(points.Count), other = random.NextInt32(points.Count - 1);
            distances[i] = metric.Between(points.Row(first), points.Row(other < first ? other : other + 1));
        }
        return distances;
    }

    static double Quantile(double[] sorted, double q)
    {
        double position = q * (sorted.Length - 1);
        int below = (int)position;
        return sorted[below] + ((sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]) * (position - below));
    }

    static DistanceBar[] BarsOf(double[] sorted)
    {
        (double min, double width) = (sorted[0], (sorted[^1] - sorted[0]) / Bars);
        if (width == 0)
            return [new DistanceBar(min, min, sorted.Length)];
        var counts = new long[Bars];
        foreach (double distance in sorted)
            counts[Math.Min(Bars - 1, (int)((distance - min) / width))]++;
        return [.. counts.Select((count, i) => new DistanceBar(min + (i * width), min + ((i + 1) * width), count))];
    }

    static Points Transposed(Points points)
    {
        var turned = new Points(new float[points.Values.Length], points.Dimensions, points.Count);
        for (int i = 0; i < points.Count; i++)
            for (int j = 0; j < points.Dimensions; j++)
                turned.Row(j)[i] = points.Row(i)[j];
        return turned;
    }
}
