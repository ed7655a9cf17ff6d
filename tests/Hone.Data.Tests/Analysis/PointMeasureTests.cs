using Hone.Data.Analysis;
using Hone.Data.Analysis.Maps;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Analysis;

public class PointMeasureTests
{
    readonly ReferenceNumbers _reference = ReferenceNumbers.Own();

    [Fact]
    public void Neighbours_and_outlier_factors_are_those_of_the_reference()
    {
        Neighbour[][] near = Neighbours.OfEach(_reference.Unit, 3, PointMetric.Cosine);
        double[] factors = LocalOutliers.Factors(Neighbours.OfEach(_reference.Points, 6, PointMetric.Euclidean));

        near.Select(ones => ones.Select(one => one.Index).ToArray()).ShouldBe(_reference.Lists("knn3_cosine"));
        factors.Zip(_reference.Numbers("lof_6_euclidean")).Max(pair => Math.Abs(pair.First - pair.Second)).ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void Distances_and_diversity_are_those_of_the_reference()
    {
        DistanceSummary distances = Diversity.Distances(_reference.Unit, PointMetric.Cosine, seed: 1);

        distances.Mean.ShouldBe(_reference.Number("mean_pairwise_cosine_distance"), 1e-6);
        distances.Median.ShouldBe(_reference.Number("median_pairwise_cosine_distance"), 1e-6);
        distances.Bars.Sum(bar => bar.Count).ShouldBe(distances.Pairs);
        Diversity.VendiScore(_reference.Unit, seed: 1).ShouldBe(_reference.Number("vendi"), 1e-5);
        Diversity.EffectiveNumber([0, 0, 1, 1, 2, 2]).ShouldBe(3, 1e-9);
        Diversity.EffectiveNumber([0, 0, 0]).ShouldBe(1, 1e-9);
    }

    [Theory]
    [InlineData(1), InlineData(7), InlineData(31), InlineData(33), InlineData(64)]
    public void A_distance_is_the_root_of_the_squares(int width)
    {
        SeededRandom random = new(3);
        Points points = RandomPoints.Of(2, width, random);
        double expected = Enumerable.Range(0, width).Sum(j => Math.Pow(points.Row(0)[j] - (double)points.Row(1)[j], 2));

        PointMetric.Euclidean.Between(points.Row(0), points.Row(1)).ShouldBe(Math.Sqrt(expected), 1e-5);
    }

    [Fact]
    public void Principal_components_have_the_variances_of_the_reference()
    {
        Points map = PrincipalComponents.Project(_reference.Points, 2);

        double[] expected = _reference.Numbers("pca_variances");
        for (int axis = 0; axis < 2; axis++)
            Enumerable.Range(0, map.Count).Average(i => (double)map.Row(i)[axis] * map.Row(i)[axis]).ShouldBe(expected[axis], expected[axis] * 1e-4);
    }

    [Fact]
    public void A_map_keeps_neighbours_together_and_is_the_same_each_time()
    {
        Points map = NeighbourMap.Of(_reference.Points, PointMetric.Euclidean);

        Neighbour[][] near = Neighbours.OfEach(map, 3, PointMetric.Euclidean);
        int same = Enumerable.Range(0, 36).Sum(i => near[i].Count(one => _reference.Labels[one.Index] == _reference.Labels[i]));
        same.ShouldBeGreaterThan(36 * 3 * 8 / 10);
        NeighbourMap.Of(_reference.Points, PointMetric.Euclidean).Values.ShouldBe(map.Values);
    }

    [Fact]
    public void Maps_of_equal_points_have_finite_places()
    {
        Points same = new([.. Enumerable.Repeat(0.5f, 40)], 10, 4);

        NeighbourMap.Of(same, PointMetric.Cosine).Values.ShouldAllBe(value => float.IsFinite(value));
        PrincipalComponents.Project(same, 2).Values.ShouldAllBe(value => value == 0);
    }

    [Fact]
    public void Vectors_that_cannot_be_compared_are_refused_by_name()
    {
        Should.Throw<HoneException>(() => Points.Of([[1, 2], [1, float.NaN]], i => $"line {i + 1}")).Message.ShouldContain("line 2");
        Should.Throw<HoneException>(() => Points.Of([[1, 2], [1]], i => $"line {i + 1}")).Message.ShouldBe("line 2: the vector has 1 numbers, those before it 2. Use vectors of one model and one length.");
        Should.Throw<HoneException>(() => Points.Of([], i => "")).Message.ShouldBe("There are no vectors.");
        Should.Throw<HoneException>(() => Points.Of([[1f, 0], [0, 0]], i => "").Unit(i => $"line {i + 1}")).Message.ShouldStartWith("line 2: the vector holds nothing but zeros");
        Should.Throw<HoneException>(() => Neighbours.OfEach(_reference.Points, 39, PointMetric.Cosine)).Message.ShouldContain("at most 38");
    }

    [Fact]
    public void Vectors_of_any_length_are_collected_in_the_order_in_which_they_come()
    {
        const int wide = 600_000;
        UnitPoints collected = new();
        for (int row = 0; row < 5; row++)
        {
            var vector = new float[wide];
            (vector[row], vector[^1]) = (3, 4);
            collected.Add(vector, () => "");
        }

        Points points = collected.Take();

        (points.Count, points.Dimensions).ShouldBe((5, wide));
        for (int row = 0; row < 5; row++)
            (points.Row(row)[row], points.Row(row)[wide - 1]).ShouldBe((0.6f, 0.8f));
    }

    [Fact]
    public void The_first_of_rows_that_say_the_same_stays()
    {
        Points points = Points.Of([[1, 0], [0, 1], [1, 0.01f], [0.01f, 1], [1, 1], [1, 0.02f]], i => "").Unit(i => "");

        IReadOnlyList<SemanticRepeat> repeats = SemanticRepeats.Find(points, 0.99);

        repeats.Select(one => (one.Index, one.Of)).ShouldBe([(2, 0), (3, 1), (5, 0)]);
        SemanticRepeats.Find(points, 0.99, (row, _) => row != 2).Select(one => (one.Index, one.Of)).ShouldBe([(3, 1), (5, 2)]);
    }

    [Fact]
    public void The_same_vectors_repeat_one_another_with_a_cosine_of_1()
    {
        Points points = RandomPoints.Of(100, 37, new SeededRandom(7)).Unit(i => "");
        for (int row = 0; row < 50; row++)
            points.Row(row).CopyTo(points.Row(50 + row));

        IReadOnlyList<SemanticRepeat> repeats = SemanticRepeats.Find(points, 1);

        repeats.ShouldBe(Enumerable.Range(0, 50).Select(row => new SemanticRepeat(50 + row, row, 1)));
    }

    [Theory]
    [InlineData(5), InlineData(1024), InlineData(1025), InlineData(5000)]
    public void Any_number_of_neighbours_comes_in_order_and_of_equally_near_ones_the_earlier_first(int count)
    {
        Points points = RandomPoints.Of(3000, 3, new SeededRandom(11));
        for (int row = 0; row < 1500; row++)
            points.Row(row).CopyTo(points.Row(2999 - row));
        (int Index, float Square)[] slow = [.. Enumerable.Range(1, 2999).Select(i => (i, PointDistance.Squared(points.Row(0), points.Row(i)))).OrderBy(one => one.Item2).ThenBy(one => one.i)];

        Neighbour[] near = Neighbours.Of(points, points.Row(0), count, PointMetric.Euclidean, i => i > 0);

        near.Select(one => one.Index).ShouldBe(slow.Take(count).Select(one => one.Index));
    }

    [Fact]
    public void Repeats_are_found_across_blocks_of_rows()
    {
        Points points = RandomPoints.Of(4500, 24, new SeededRandom(5)).Unit(i => "");
        points.Row(10).CopyTo(points.Row(300));
        points.Row(10).CopyTo(points.Row(4400));
        points.Row(4200).CopyTo(points.Row(4401));

        IReadOnlyList<SemanticRepeat> repeats = SemanticRepeats.Find(points, 0.999);

        repeats.Select(one => (one.Index, one.Of)).ShouldBe([(300, 10), (4400, 10), (4401, 4200)]);
    }
}
