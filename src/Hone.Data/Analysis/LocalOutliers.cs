namespace Hone.Data.Analysis;

/// <summary>Points that lie where others are sparse.</summary>
public static class LocalOutliers
{
    /// <summary>From here on a factor is shown as an outlier; scikit-learn's bound too.</summary>
    public const double Threshold = 1.5;

    /// <summary>The local outlier factor of each point (Breunig et al. 2000): the density of its neighbours over its own. About 1 within a cluster, more outside.</summary>
    /// <remarks>reach(a, b) = max(distance of b's last neighbour, distance(a, b)); density(a) = 1 / mean reach of a's neighbours.</remarks>
    public static double[] Factors(IReadOnlyList<Neighbour[]> neighbours)
    {
        ArgumentNullException.ThrowIfNull(neighbours);
        double[] densities = [.. neighbours.Select(near => 1 / (near.Average(one => Math.Max(neighbours[one.Index][^1].Distance, one.Distance)) + Smallest))];
        return [.. neighbours.Select((near, i) => near.Average(one => densities[one.Index]) / densities[i])];
    }

    // Points that are all the same have a distance of zero.
    const double Smallest = 1e-10;
}
