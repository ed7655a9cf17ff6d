using Hone.Data.Quality;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Balance;

public sealed class LengthsTests
{
    [Fact]
    public void Far_lengths_and_empty_answers_are_told_with_their_lines()
    {
        string[] filler = [.. Enumerable.Range(0, 200).Select(QualityRun.Word)];
        (string, string)[] pairs = [.. QualityRun.Sound(60), ("Tell me a long story.", string.Join(' ', filler) + "."), ("What else is there?", " ")];

        QualityReport report = QualityRun.Of(pairs);

        report.Find("answer_length_outliers")!.Lines().ShouldBe([61]);
        report.Find("empty_answers")!.Lines().ShouldBe([62]);
        report.Find("prompt_length_outliers").ShouldBeNull();
    }

    [Fact]
    public void A_few_rows_tell_no_usual_length()
    {
        QualityReport report = QualityRun.Of([("a", "b"), ("What?", new string('x', 5000)), ("And then?", "yes, of course.")]);

        report.Find("answer_length_outliers").ShouldBeNull();
    }
}
