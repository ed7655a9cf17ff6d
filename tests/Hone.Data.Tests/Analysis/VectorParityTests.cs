using Hone.Data.Analysis;
using Hone.Data.Analysis.Clustering;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Analysis;

/// <summary>The figures of the parity folder, which scikit-learn computed.</summary>
[Trait("Kind", "Parity")]
public class VectorParityTests
{
    [Fact]
    public void Silhouettes_are_those_of_the_reference()
    {
        ReferenceNumbers reference = ReferenceNumbers.Shared();
        int[] inClusters = [.. Enumerable.Range(0, reference.Labels.Length).Where(i => reference.Labels[i] >= 0)];
        int[] labels = [.. inClusters.Select(i => reference.Labels[i])];

        double cosine = Silhouette.Mean(reference.Unit.Take(inClusters), labels, PointMetric.Cosine);
        double euclidean = Silhouette.Mean(reference.Points.Take(inClusters), labels, PointMetric.Euclidean);

        cosine.ShouldBe(reference.Number("silhouette_cosine"), 1e-6);
        euclidean.ShouldBe(reference.Number("silhouette_euclidean"), 1e-6);
    }

    [Fact]
    public void Outlier_factors_are_those_of_the_reference()
    {
        ReferenceNumbers reference = ReferenceNumbers.Shared();

        double[] factors = LocalOutliers.Factors(Neighbours.OfEach(reference.Points, 20, PointMetric.Euclidean));

        factors.Zip(reference.Numbers("lof_20_euclidean")).Max(pair => Math.Abs(pair.First - pair.Second)).ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void Neighbours_are_those_of_the_reference()
    {
        ReferenceNumbers reference = ReferenceNumbers.Shared();

        Neighbour[][] near = Neighbours.OfEach(reference.Unit, 5, PointMetric.Cosine);

        near.Select(ones => ones.Select(one => one.Index).ToArray()).ShouldBe(reference.Lists("knn5_cosine"));
    }

    [Fact]
    public void Mean_distance_and_rand_index_are_those_of_the_reference()
    {
        ReferenceNumbers reference = ReferenceNumbers.Shared();
        var example = reference["ari_example"];
        int[] Read(string name) => [.. example.GetProperty(name).EnumerateArray().Select(item => item.GetInt32())];

        DistanceSummary distances = Diversity.Distances(reference.Unit, PointMetric.Cosine, seed: 1);

        distances.Mean.ShouldBe(reference.Number("mean_pairwise_cosine_distance"), 1e-6);
        distances.IsSample.ShouldBeFalse();
        RandIndex.Adjusted(Read("a"), Read("b")).ShouldBe(example.GetProperty("value").GetDouble(), 1e-12);
    }
}
