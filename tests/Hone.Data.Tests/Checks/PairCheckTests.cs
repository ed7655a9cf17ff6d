using Hone.Data.Checks;
using Hone.Data.Checks.Reports;
using Hone.Data.Formats;
using Hone.Data.Pairs;
using Hone.Data.Quality;
using Hone.Data.Tests.Formats;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Checks;

public class PairCheckTests
{
    [Fact]
    public void Good_pairs_are_measured_and_have_no_findings()
    {
        CheckReport report = Run([.. Enumerable.Range(10, 20).Select(i => $$"""{"anchor": "q{{i}}", "positive": "an answer {{i}}"{{(i < 15 ? ", \"negative\": [\"n\"]" : "")}}}""")]);

        report.Findings.ShouldBeEmpty();
        (report.Kind, report.Examples, report.Errors, report.Problem).ShouldBe((null, 20, 0, null));
        PairSummary pairs = report.Pairs!;
        (pairs.Kind, pairs.Count, pairs.WithNegatives, pairs.Scores).ShouldBe((PairKind.Matching, 20, 5, null));
        pairs.Characters.Select(lengths => (lengths.Field, lengths.Characters.Count, lengths.Characters.Max)).ShouldBe([("anchor", 20, 3), ("positive", 20, 12), ("negative", 5, 1)], ignoreOrder: true);
        CheckNumbers.KindOf(report).ShouldBe("20 pairs, 5 of them with negatives");
        CheckPage.Of(report).ShouldContain("This file can be trained on.");
    }

    [Theory]
    [InlineData("""{"anchor": " ", "positive": "b"}""", FindingCodes.EmptyText, "anchor")]
    [InlineData("""{"anchor": "a", "positive": 7}""", FindingCodes.WrongType, "positive")]
    [InlineData("""{"anchor": "a"}""", FindingCodes.MissingKey, "positive")]
    [InlineData("""{"anchor": "a", "positive": "b", "negative": ["x", ""]}""", FindingCodes.EmptyText, "negative[1]")]
    [InlineData("""{"anchor": "a", "positive": "b", "negative": {"x": 1}}""", FindingCodes.WrongType, "negative")]
    [InlineData("""{"anchor": "a", "positive": "b", "score": 1}""", FindingCodes.UnrecognizedKey, "score")]
    [InlineData("""{"sentence1": "a", "sentence2": "b", "score": 1}""", FindingCodes.UnrecognizedKey, "sentence1")]
    [InlineData("""{"anchor": "a", "positive": "b" """, FindingCodes.InvalidJson, null)]
    [InlineData("[1]", FindingCodes.DataType, null)]
    public void Each_line_that_is_no_pair_is_an_error_with_its_field(string line, string code, string? field)
    {
        List<int> refused = [];
        CheckReport report = Run(["""{"anchor": "first", "positive": "line"}""", line, line], Few with { OnRefused = refused.Add });

        FindingGroup group = report.Findings.Single(group => group.Code == code);
        (group.Severity, group.Count % 2, group.Shown[0].Line, group.Shown[0].Field).ShouldBe((Severity.Error, 0, 2, field));
        (report.Examples, report.ExamplesWithErrors).ShouldBe((3, 2));
        refused.ShouldBe([2, 3]);
        report.Problem.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("-0.1")]
    [InlineData("5.5")]
    [InlineData("1e999")]
    [InlineData("\"4\"")]
    [InlineData("[1]")]
    public void A_score_on_no_known_scale_is_an_error(string score)
    {
        CheckReport report = Run(["""{"sentence1": "a", "sentence2": "b", "score": 5}""", """{"sentence1": "a", "sentence2": "c", "score": 0}""", $$"""{"sentence1": "a", "sentence2": "d", "score": {{score}}}"""], Few);

        Finding finding = report.Findings.ShouldHaveSingleItem().Shown.ShouldHaveSingleItem();
        (finding.Code, finding.Line, finding.Field).ShouldBe((FindingCodes.InvalidScore, 3, "score"));
        report.Pairs!.Scores.ShouldBe(new ScoreSummary(0, 2.5, 5));
    }

    [Fact]
    public void Scores_that_are_all_the_same_are_an_error_of_the_file()
    {
        CheckReport report = Run([.. Enumerable.Range(0, 12).Select(i => $$"""{"sentence1": "a{{i}}", "sentence2": "b", "score": 1}""")]);

        (report.Errors, report.ExamplesWithErrors).ShouldBe((1, 0));
        report.Findings.ShouldHaveSingleItem().Shown[0].What.ShouldStartWith("all scores are 1");
    }

    [Fact]
    public void Pairs_that_teach_nothing_are_warnings()
    {
        CheckReport report = Run(["""{"anchor": "a", "positive": "b"}""", """{"positive": "b ", "anchor": "a"}""", """{"anchor": "c", "positive": "c"}""", """{"anchor": "d", "positive": "e", "negative": ["f", "e"]}"""], Few);

        report.Findings.Select(group => (group.Severity, group.Code, group.Shown[0].Line)).ShouldBe(
            [(Severity.Warning, FindingCodes.ContradictingNegative, 4), (Severity.Warning, FindingCodes.RepeatedPair, 2), (Severity.Warning, FindingCodes.SameTexts, 3)]);
        report.Pairs!.Count.ShouldBe(4);
    }

    [Fact]
    public void The_command_that_removes_repeated_pairs_is_named_only_for_what_it_removes()
    {
        using TextFile file = new("""
            {"sentence1": "a", "sentence2": "b", "score": 1}
            {"sentence1": "a", "sentence2": "b", "score": 2}
            {"score": 1, "sentence1": "a", "sentence2": "b"}
            """);

        IReadOnlyList<Finding> repeated = DatasetCheck.Run(file.Path, Few).Findings.ShouldHaveSingleItem().Shown;

        repeated.Select(finding => finding.Line).ShouldBe([2, 3]);
        repeated[0].What.ShouldContain("with another score");
        repeated[0].Fix.ShouldContain("by hand");
        repeated[1].Fix.ShouldStartWith($"hone data dedupe {ShellWord.Of(file.Path)} --as-is ");
    }

    [Fact]
    public void Too_few_pairs_are_an_error() =>
        Run(["""{"anchor": "a", "positive": "b"}"""]).Findings.ShouldHaveSingleItem().Code.ShouldBe(FindingCodes.TooFewExamples);

    static readonly CheckOptions Few = new() { MinimumExamples = 1 };

    static CheckReport Run(string[] lines, CheckOptions? options = null)
    {
        using TextFile file = new(string.Join('\n', lines));
        return DatasetCheck.Run(file.Path, options ?? new CheckOptions());
    }
}
