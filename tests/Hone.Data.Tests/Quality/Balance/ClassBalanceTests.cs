using Hone.Data.Formats;
using Hone.Data.Quality;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Balance;

public sealed class ClassBalanceTests
{
    [Fact]
    public void One_class_teaches_nothing()
    {
        QualityFinding finding = QualityRun.Of(Labelled(("good", 30))).Find("one_class")!;

        finding.Severity.ShouldBe(Severity.Error);
        finding.Examples.ShouldBe(30);
    }

    [Fact]
    public void One_class_and_a_stray_answer_are_hardly_better()
    {
        QualityReport report = QualityRun.Of(Labelled(("1", 428), ("0", 1)));

        report.Find("nearly_one_class")!.What.ShouldStartWith("428 of 429 answers are \"1\"");
        report.Scores[QualityArea.Balance].ShouldBeLessThan(20);
    }

    [Theory]
    [InlineData(100, 10, false)]
    [InlineData(101, 10, true)]
    public void A_class_ten_times_smaller_than_the_largest_is_out_of_balance(int large, int small, bool isFound)
    {
        QualityReport report = QualityRun.Of(Labelled(("good", large), ("bad", small)));

        (report.Find("class_imbalance") is not null).ShouldBe(isFound);
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void A_class_of_fewer_than_ten_examples_is_small(int count, bool isFound)
    {
        QualityReport report = QualityRun.Of(Labelled(("good", 60), ("bad", count)));

        (report.Find("small_classes") is not null).ShouldBe(isFound);
    }

    [Fact]
    public void Files_should_have_the_same_classes()
    {
        QualityReport report = QualityRun.Of(Lines(("good", 30), ("bad", 30)), test: Lines(("good", 10), ("ugly", 2)));

        report.Find("class_not_in_training")!.What.ShouldContain("ugly (2)");
        report.Find("class_not_tested")!.What.ShouldContain("bad (30)");
    }

    [Fact]
    public void Answers_in_words_are_no_classes() => QualityRun.Of(QualityRun.Sound(60)).Figures.ShouldNotContain(figure => figure.Code.StartsWith("class.", StringComparison.Ordinal));

    [Fact]
    public void Names_in_several_ways_and_answers_that_stand_alone_are_told()
    {
        QualityReport report = QualityRun.Of(Labelled((" positive", 40), (" Positive", 3), (" negative", 40), (" neuttral", 1)));

        report.Find("class_name_variants")!.What.ShouldContain("\"positive\" (40) / \"Positive\" (3)");
        report.Find("class_name_variants")!.Examples.ShouldBe(3);
        report.Find("stray_answers")!.Places.ShouldHaveSingleItem().Excerpt.ShouldBe("neuttral");
    }

    static (string, string)[] Labelled(params (string Name, int Count)[] classes) =>
        [.. classes.SelectMany((one, c) => Enumerable.Range(0, one.Count).Select(i => ($"the {QualityRun.Word((c * 500) + i)} was {QualityRun.Word((c * 300) + (i * 7))}", one.Name)))];

    static string[] Lines(params (string Name, int Count)[] classes) => [.. Labelled(classes).Select(pair => QualityRun.Line(pair.Item1, pair.Item2))];
}
