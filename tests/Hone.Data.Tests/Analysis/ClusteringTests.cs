using Hone.Data.Analysis;
using Hone.Data.Analysis.Clustering;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Analysis;

public class ClusteringTests
{
    readonly ReferenceNumbers _reference = ReferenceNumbers.Own();

    [Fact]
    public void From_the_same_centres_k_means_ends_as_the_reference()
    {
        KMeansResult found = KMeans.Run(_reference.Points, _reference.Points.Take([0, 1, 2]), new KMeansSettings { Clusters = 3 });

        found.Clusters.ShouldBe(_reference.Wholes("kmeans_labels"));
        found.Inertia.ShouldBe(_reference.Number("kmeans_inertia"), 1e-2);
        RandIndex.Adjusted(_reference.Labels, found.Clusters).ShouldBe(_reference.Number("ari"), 1e-9);
    }

    [Fact]
    public void Density_finds_the_clusters_of_the_reference()
    {
        int[] clusters = DensityClusters.Find(_reference.Points, 5, PointMetric.Euclidean);

        RandIndex.Adjusted(_reference.Wholes("hdbscan_labels"), clusters).ShouldBe(1);
        clusters.Count(cluster => cluster == DensityClusters.None).ShouldBe(3);
    }

    [Fact]
    public void Silhouettes_are_those_of_the_reference()
    {
        Silhouette.Mean(_reference.Unit, _reference.Labels, PointMetric.Cosine).ShouldBe(_reference.Number("silhouette_cosine"), 1e-6);
        Silhouette.Mean(_reference.Points, _reference.Labels, PointMetric.Euclidean).ShouldBe(_reference.Number("silhouette_euclidean"), 1e-6);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_on_any_number_of_threads()
    {
        Points points = RandomPoints.Of(5000, 20, new SeededRandom(3));
        KMeansSettings settings = new() { Clusters = 7, Seed = 5, MostIterations = 10 };
        int threads = Workers.Threads;

        try
        {
            Workers.Threads = 1;
            KMeansResult one = KMeans.Run(points, settings);
            Workers.Threads = 3;
            KMeansResult three = KMeans.Run(points, settings);

            three.Centres.Values.ShouldBe(one.Centres.Values);
            three.Clusters.ShouldBe(one.Clusters);
            three.Inertia.ShouldBe(one.Inertia);
        }
        finally
        {
            Workers.Threads = threads;
        }
    }

    [Fact]
    public void Every_point_belongs_to_its_nearest_centre()
    {
        Points points = RandomPoints.Of(700, 9, new SeededRandom(3));

        KMeansResult found = KMeans.Run(points, new KMeansSettings { Clusters = 5, Seed = 1 });

        double Square(int i, int cluster) => Enumerable.Range(0, 9).Sum(j => Math.Pow(points.Row(i)[j] - (double)found.Centres.Row(cluster)[j], 2));
        for (int i = 0; i < points.Count; i++)
            Square(i, found.Clusters[i]).ShouldBeLessThanOrEqualTo(Enumerable.Range(0, 5).Min(cluster => Square(i, cluster)) + 1e-5);
        found.Inertia.ShouldBe(Enumerable.Range(0, points.Count).Sum(i => Square(i, found.Clusters[i])), 1e-3);
    }

    [Fact]
    public void A_centre_that_loses_its_points_takes_the_farthest_one()
    {
        Points points = Points.Of([[0f, 0], [0, 1], [9, 9], [9, 8]], i => "");
        Points initial = Points.Of([[0f, 0], [100, 100]], i => "");

        KMeansResult found = KMeans.Run(points, initial, new KMeansSettings { Clusters = 2 });

        found.Clusters[0].ShouldBe(found.Clusters[1]);
        found.Clusters[2].ShouldBe(found.Clusters[3]);
        found.Clusters[0].ShouldNotBe(found.Clusters[2]);
    }

    [Fact]
    public void More_clusters_than_different_points_are_refused()
    {
        Points points = Points.Of([[0f, 0], [0, 1], [0, 1]], i => "");

        Should.Throw<HoneException>(() => KMeans.Run(points, new KMeansSettings { Clusters = 3 })).Message.ShouldBe("3 rows with 2 different vectors cannot make 3 clusters. Ask for at most 2.");
        Should.Throw<HoneException>(() => DensityClusters.Find(points, 3, PointMetric.Cosine)).Message.ShouldContain("too few");
        Should.Throw<HoneException>(() => Silhouette.Mean(points, [0, 0, 0], PointMetric.Cosine)).Message.ShouldContain("two clusters");
    }

    [Fact]
    public void The_suggested_number_is_that_of_well_parted_groups()
    {
        SeededRandom random = new(9);
        Points points = RandomPoints.Of(120, 6, random);
        for (int i = 0; i < points.Count; i++)
            points.Row(i)[i % 4] += 6;

        IReadOnlyList<CountScore> scores = ClusterCount.Try(points, new KMeansSettings { Clusters = 0, Seed = 1 }, PointMetric.Euclidean);

        ClusterCount.Best(scores).ShouldBe(4);
    }

    [Fact]
    public void Points_that_differ_by_less_than_their_products_show_are_one_group()
    {
        Points points = new([1, 1e-9f, 1, 2e-9f, 1, 3e-9f, 1, 4e-9f], 4, 2);

        IReadOnlyList<CountScore> scores = ClusterCount.Try(points, new KMeansSettings { Clusters = 0, Seed = 1 }, PointMetric.Cosine);

        ClusterCount.Best(scores).ShouldBe(1);
    }

    [Fact]
    public void Clusters_are_labelled_by_the_words_that_tell_them_apart()
    {
        string[] texts =
        [
            "The coffee tastes bitter", "A strong coffee, bitter roast", "Bitter and dark coffee", "This coffee is a dark roast",
            "A strange xylophone, xylophone", "A strange xylophone, xylophone", "A strange xylophone, xylophone", "A strange xylophone, xylophone",
            "My dog likes the food", "The dog eats this food daily", "Food for a small dog", "A dog treat",
        ];

        IReadOnlyList<IReadOnlyList<string>> words = ClusterWords.Of(texts, [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);

        words[0].Take(2).ShouldBe(["coffee", "bitter"]);
        words[1].Take(2).ShouldBe(["dog", "food"]);
        words.SelectMany(one => one).ShouldNotContain("the");
        words.SelectMany(one => one).ShouldNotContain("xylophone");
    }

    [Fact]
    public void Chinese_labels_are_whole_words()
    {
        string[] texts =
        [
            "今天股市大幅上涨", "投资者看好股市前景", "分析师认为股市将回落", "基金涌入股市寻找机会", "昨日股市收盘走高",
            "球队赢得足球比赛", "孩子们喜欢踢足球", "世界杯足球开赛了", "业余足球联赛开幕", "教练谈足球训练",
        ];

        IReadOnlyList<IReadOnlyList<string>> words = ClusterWords.Of(texts, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);

        words[0][0].ShouldBe("股市");
        words[1][0].ShouldBe("足球");
    }
}
