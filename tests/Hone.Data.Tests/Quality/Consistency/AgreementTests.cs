using Hone.Data.Quality;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Consistency;

public sealed class AgreementTests
{
    [Theory]
    [InlineData("label_1", "label_2", "label_3")]
    [InlineData("annotator_a", "annotator_b", "annotator_c")]
    [InlineData("标注1", "标注2", "标注3")]
    public void Columns_of_annotators_are_recognised(string first, string second, string third)
    {
        QualityReport report = QualityRun.Of(Rows(first, second, third));

        report.Find("low_agreement")!.Places.ShouldContain(place => place.Excerpt.Contains($"{first}: yes | {second}: no | {third}: –"));
        report.Figures.Select(figure => figure.Code).ShouldContain("krippendorff_alpha_nominal");
        report.Figures.Count(figure => figure.Code.StartsWith("cohen_kappa.", StringComparison.Ordinal)).ShouldBe(3);
        report.Figures.ShouldNotContain(figure => figure.Code == "krippendorff_alpha_ordinal");
    }

    [Fact]
    public void They_can_be_named()
    {
        QualityReport report = QualityRun.Of(Rows("ann", "bob", "eve"), options: new QualityOptions { Annotators = ["ann", "eve"] });

        report.Figures.Single(figure => figure.Code == "cohen_kappa.ann.eve").Value!.Value.ShouldBe(1, 1e-9);
        report.Find("low_agreement").ShouldBeNull();
    }

    [Fact]
    public void Names_that_no_line_has_are_an_error()
    {
        var error = Should.Throw<HoneException>(() => QualityRun.Of(Rows("ann", "bob", "eve"), options: new QualityOptions { Annotators = ["ann", "zoe"] }));

        error.Message.ShouldContain("ann, zoe");
    }

    [Fact]
    public void Numbers_are_ranks_too()
    {
        string[] rows = [.. Enumerable.Range(0, 30).Select(i => $$"""{"prompt": "How good is {{QualityRun.Word(i)}}?", "completion": "{{i % 5}}", "rating_1": {{i % 5}}, "rating_2": {{i % 5}}}""")];

        QualityReport report = QualityRun.Of(rows);

        report.Figures.Single(figure => figure.Code == "krippendorff_alpha_ordinal").Shown.ShouldBe("1.000");
        report.Figures.Single(figure => figure.Code == "fleiss_kappa").Shown.ShouldBe("1.000");
    }

    static string[] Rows(string first, string second, string third) =>
        [
            .. Enumerable.Range(0, 30).Select(i =>
            {
                string said = i % 2 == 0 ? "yes" : "no";
                string other = i % 4 < 2 ? "yes" : "no";
                string last = i % 6 == 0 ? "null" : $"\"{said}\"";
                return $$"""{"prompt": "Is {{QualityRun.Word(i)}} a word?", "completion": "{{said}}", "{{first}}": "{{said}}", "{{second}}": "{{other}}", "{{third}}": {{last}}}""";
            }),
        ];
}
