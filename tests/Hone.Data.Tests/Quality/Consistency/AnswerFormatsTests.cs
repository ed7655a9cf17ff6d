using Hone.Data.Quality;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Consistency;

public sealed class AnswerFormatsTests
{
    [Theory]
    [InlineData("json", """{"size": "large"}""")]
    [InlineData("leading_space", " They sell it at the market.")]
    [InlineData("final_stop", "They sell it at the market")]
    [InlineData("capital", "they sell it at the market.")]
    [InlineData("markdown", "They sell it **here**.")]
    [InlineData("html", "They sell it<br>here.")]
    public void One_answer_in_another_format_is_found(string format, string answer)
    {
        QualityReport report = QualityRun.Of([.. QualityRun.Sound(40), ("Where do they sell it?", answer)]);

        QualityFinding finding = report.Find($"mixed_format_{format}")!;
        finding.Examples.ShouldBe(1);
        finding.Lines().ShouldBe([41]);
    }

    [Fact]
    public void It_works_the_other_way_round_too()
    {
        (string, string)[] pairs = [.. QualityRun.Sound(40).Select(pair => (pair.Prompt, $$"""{"answer": "{{pair.Completion}}"}""")), ("Where do they sell it?", "{\"answer\": \"Here\"")];

        QualityRun.Of(pairs).Find("mixed_format_json")!.Lines().ShouldBe([41]);
    }

    [Fact]
    public void Two_habits_of_equal_right_are_no_deviation()
    {
        (string, string)[] pairs = [.. QualityRun.Sound(40).Select((pair, i) => (pair.Prompt, i % 2 == 0 ? pair.Completion : pair.Completion.TrimEnd('.')))];

        QualityRun.Of(pairs).OfRows().ShouldBeEmpty();
    }

    [Fact]
    public void Chinese_stops_are_stops()
    {
        (string, string)[] pairs = [.. QualityRun.Sound(40).Select((pair, i) => (pair.Prompt, $"市场上可以买到{pair.Completion}{"。！？"[i % 3]}"))];

        QualityRun.Of(pairs).Find("mixed_format_final_stop").ShouldBeNull();
    }
}
