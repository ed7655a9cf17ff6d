using Hone.Data.Vectors;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Analysis;

public sealed class ClusterCommandTests : AnalysisTests
{
    [Fact]
    public void Clusters_are_written_beside_their_rows_and_drawn()
    {
        string file = Vectors();

        CliRun run = CliRun.Of("cluster", file, "--k", "2", "--label", "kind", "--out", PathOf("out.csv"), "--plot", PathOf("map.html"));

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("12 rows in 2 groups, 0 in none.");
        run.Output.ShouldContain("adjusted Rand index");
        run.Output.ShouldContain("1.000");
        string[] lines = File.ReadAllLines(PathOf("out.csv"));
        lines[0].ShouldBe("id,text,kind,cluster,cluster_label");
        lines.Length.ShouldBe(13);
        string page = File.ReadAllText(PathOf("map.html"));
        page.ShouldContain("<svg class=\"map\"");
        page.ShouldContain("Walking the dog in the park");
        page.ShouldContain("<title>row 12 ");
        page.ShouldNotContain("<script");
    }

    [Fact]
    public void The_number_of_clusters_is_suggested_by_silhouettes()
    {
        CliRun run = CliRun.Of("cluster", Vectors(), "--json");

        Last(run)["clusters"]!.AsArray().Count.ShouldBe(2);
        Last(run)["tried"]!.AsArray().Count.ShouldBeGreaterThan(5);
        Last(run)["silhouette"]!.GetValue<double>().ShouldBeGreaterThan(0.8);
        Last(run)["clusters"]![0]!["words"]!.AsArray()[0]!.GetValue<string>().ShouldBeOneOf("coffee", "dog");
    }

    [Fact]
    public void Density_leaves_what_lies_between_in_no_cluster()
    {
        CliRun run = CliRun.Of("cluster", Vectors([-1, -1, 0]), "--density", "--smallest", "3", "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        Last(run)["clusters"]!.AsArray().Count.ShouldBe(2);
        Last(run)["assignments"]!.AsArray()[^1]!.GetValue<int>().ShouldBe(-1);
    }

    [Fact]
    public void A_row_unlike_the_others_is_an_outlier()
    {
        CliRun run = CliRun.Of("outliers", Vectors([-1, 0.3f, 0.5f]), "--neighbours", "4", "--json", "-o", PathOf("out.jsonl"));

        run.ExitCode.ShouldBe(0, run.Error);
        Last(run)["scores"]!.AsArray().MaxBy(score => score!["factor"]!.GetValue<double>())!["index"]!.GetValue<int>().ShouldBe(12);
        File.ReadAllLines(PathOf("out.jsonl"))[12].ShouldContain("\"is_outlier\":true");
    }

    [Fact]
    public void Diversity_counts_topics_and_pairs()
    {
        CliRun run = CliRun.Of("diversity", Vectors(), "--json", "--plot", PathOf("map.html"));

        run.ExitCode.ShouldBe(0, run.Error);
        Last(run)["effective_topics"]!.GetValue<double>().ShouldBe(2, 1e-9);
        Last(run)["distances"]!["pairs"]!.GetValue<int>().ShouldBe(66);
        Last(run)["vendi_score"]!.GetValue<double>().ShouldBeInRange(1.9, 3);
    }

    [Fact]
    public void Nothing_found_is_said_with_what_to_do_and_without_a_list()
    {
        string file = PathOf("even.jsonl");
        File.WriteAllLines(file, [.. Enumerable.Range(0, 12).Select(i => FormattableString.Invariant($$"""{"text":"t{{i}}","embedding":[{{Math.Cos(i * Math.PI / 6)}},{{Math.Sin(i * Math.PI / 6)}}]}"""))]);

        CliRun density = CliRun.Of("cluster", file, "--density", "--smallest", "6");
        CliRun outliers = CliRun.Of("outliers", file, "--neighbours", "2");

        density.ExitCode.ShouldBe(0, density.Error);
        density.Output.ShouldContain("12 rows in 0 groups");
        density.Output.ShouldContain("--smallest 3");
        density.Output.ShouldNotContain("most typical row");
        outliers.Output.ShouldContain("0 of 12 rows");
        outliers.Output.ShouldContain("The oddest is row ");
        outliers.Output.ShouldNotContain("t0");
    }

    [Fact]
    public void Vectors_alone_are_analysed_too()
    {
        using (var writer = VectorWriter.Create(PathOf("v.npy"), [], 2))
        {
            foreach (float[] vector in (float[][])[[1, 0], [0.9f, 0.1f], [0, 1], [0.1f, 0.9f]])
                writer.Write(System.Text.Json.JsonElement.Parse("{}"), vector);
            writer.Keep();
        }

        CliRun run = CliRun.Of("cluster", PathOf("v.npy"), "--k", "2", "--out", PathOf("out.csv"), "--plot", PathOf("map.html"));

        run.ExitCode.ShouldBe(0, run.Error);
        File.ReadAllLines(PathOf("out.csv")).Length.ShouldBe(5);
        File.ReadAllText(PathOf("map.html")).ShouldContain("too few rows for a map");
        CliRun.Of("cluster", PathOf("v.npy"), "--column", "text").Error.ShouldContain("holds vectors alone, without texts");
    }
}
