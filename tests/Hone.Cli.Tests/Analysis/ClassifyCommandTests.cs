using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Analysis;

public sealed class ClassifyCommandTests : AnalysisTests
{
    [Fact]
    public void Rows_to_classify_are_embedded_like_the_known_ones()
    {
        string known = PathOf("known.csv");
        CliRun.Of("embed", Texts(), "--column", "text", "--dimensions", "64", "--out", known).ExitCode.ShouldBe(0);
        CliRun.Of("embed", Texts(), "--column", "text", "--dimensions", "64", "--model", OtherModel(), "--out", PathOf("other.csv")).ExitCode.ShouldBe(0);

        CliRun run = CliRun.Of("classify", known, "--label", "kind", "--test", Texts(), "--column", "text", "--json");
        CliRun other = CliRun.Of("classify", known, "--label", "kind", "--test", PathOf("other.csv"));

        run.ExitCode.ShouldBe(0, run.Error);
        Last(run)["scores"]!["accuracy"]!.GetValue<double>().ShouldBe(1);
        other.ExitCode.ShouldBe(1);
        other.Error.ShouldContain("Embed both with one model");
    }

    [Theory]
    [InlineData("classify", "none", "has no column none. It has: id, text, kind")]
    [InlineData("cluster", "none", "has no column none. It has: id, text, kind")]
    [InlineData("classify", "id", "these are no classes")]
    public void Labels_are_looked_at_before_anything_is_embedded(string command, string label, string reason)
    {
        CliRun run = CliRun.Of(command, Texts(), "--column", "text", "--label", label);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(reason);
        Directory.GetFiles(Folder).ShouldBe([PathOf("texts.csv")]);
    }

    [Theory]
    [InlineData("knn"), InlineData("logistic")]
    public void Classes_are_learned_from_the_other_rows(string method)
    {
        CliRun run = CliRun.Of("classify", Vectors(), "--label", "kind", "--method", method, "--folds", "3", "--json", "--plot", PathOf("map.html"));

        run.ExitCode.ShouldBe(0, run.Error);
        Last(run)["scores"]!["accuracy"]!.GetValue<double>().ShouldBe(1);
        Last(run)["folds"]!.GetValue<int>().ShouldBe(3);
    }

    [Fact]
    public void Other_rows_are_classified_with_or_without_labels()
    {
        string file = Vectors();
        File.WriteAllText(PathOf("test.jsonl"), """{"name":"x","embedding":[0.9,0.1,0]}""" + "\n");

        CliRun run = CliRun.Of("classify", file, "--label", "kind", "--test", PathOf("test.jsonl"), "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        Last(run)["predictions"]![0]!["label"]!.GetValue<string>().ShouldBe("coffee");
        Last(run)["scores"].ShouldBeNull();
    }

    [Fact]
    public void Rows_of_an_unknown_model_are_classified_by_those_of_a_known_one_with_a_notice()
    {
        string known = PathOf("known.csv");
        CliRun.Of("embed", Texts(), "--column", "text", "--dimensions", "3", "--out", known).ExitCode.ShouldBe(0);

        CliRun run = CliRun.Of("classify", Vectors(), "--label", "kind", "--test", known);
        CliRun back = CliRun.Of("classify", known, "--label", "kind", "--test", Vectors());

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("vectors.csv does not say which model its vectors are of: they are taken for those of hone-embed.");
        back.Output.ShouldContain("vectors.csv does not say");
    }

    [Fact]
    public void A_label_that_is_none_of_the_classes_is_named_with_its_line()
    {
        string file = Vectors();
        File.WriteAllText(PathOf("test.jsonl"), """{"kind":"dog","embedding":[0.9,0.1,0]}""" + "\n" + """{"kind":"cat","embedding":[0.9,0.1,0]}""" + "\n");

        CliRun tested = CliRun.Of("classify", file, "--label", "kind", "--test", PathOf("test.jsonl"));
        CliRun described = CliRun.Of("classify", Texts(), "--column", "text", "--label", "kind", "--method", "description", "--classes", "coffee,tea");

        tested.ExitCode.ShouldBe(1);
        tested.Error.ShouldContain("Line 2 has the label cat, which is none of the classes: coffee, dog");
        described.ExitCode.ShouldBe(1);
        described.Error.ShouldContain("Line 8 has the label dog, which is none of the classes: coffee, tea");
    }

    [Fact]
    public void Classes_without_examples_are_told_apart_by_their_descriptions()
    {
        CliRun run = CliRun.Of("classify", Texts(), "--column", "text", "--label", "kind", "--method", "description", "--classes", $"coffee={Coffee[0]}", "--classes", $"dog={Dogs[1]}", "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        Last(run)["predictions"]![0]!["label"]!.GetValue<string>().ShouldBe("coffee");
        Last(run)["predictions"]![7]!["label"]!.GetValue<string>().ShouldBe("dog");
        Last(run)["scores"]!["rows"]!.GetValue<int>().ShouldBe(12);
    }

    [Fact]
    public void Without_labels_the_rows_of_each_class_and_some_of_them_are_shown()
    {
        CliRun run = CliRun.Of("classify", Texts(), "--column", "text", "--method", "description", "--classes", $"coffee={Coffee[0]}", "--classes", $"dog={Dogs[1]}");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("12 rows classified");
        run.Output.ShouldContain(Coffee[0]);
        run.Output.ShouldContain("--out FILE writes the class of every row.");
    }
}
