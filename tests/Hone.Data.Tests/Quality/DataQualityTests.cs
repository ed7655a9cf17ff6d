using Hone.Data.Formats;
using Hone.Data.Quality;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality;

public sealed class DataQualityTests
{
    [Fact]
    public void A_sound_file_has_full_marks()
    {
        QualityReport report = QualityRun.Of(QualityRun.Sound(150));

        report.Findings.ShouldBeEmpty(string.Join('\n', report.Findings));
        report.Score.ShouldBe(100);
        report.IsUsable.ShouldBeTrue();
        report.Examples[DataPart.Train].ShouldBe(150);
    }

    [Fact]
    public void Errors_come_first_then_what_costs_most()
    {
        (string, string)[] pairs = [.. QualityRun.Sound(100), .. QualityRun.Sound(30), ("Who holds the key?", "It is sk-a8Kd72LmQ0xVb31ZtYw9."), ("Where do you live?", "")];

        QualityReport report = QualityRun.Of(pairs);

        report.Findings[0].Code.ShouldBe("personal_secret");
        report.Findings[0].Severity.ShouldBe(Severity.Error);
        report.Findings.Skip(1).Select(finding => finding.Penalty).ShouldBeInOrder(SortDirection.Descending);
        report.IsUsable.ShouldBeFalse();
        report.Score.ShouldBe(report.Scores.Values.Min());
    }

    [Fact]
    public void What_is_taken_off_adds_up_to_the_score()
    {
        string secret = "The key is sk-a8Kd72LmQ0xVb31ZtYw9.";
        QualityReport report = QualityRun.Of([.. QualityRun.Sound(60), .. QualityRun.Sound(9), .. QualityRun.Sound(12).Select(pair => ($"Call {pair.Prompt} 13812345678", secret)), ("Write to jo@corp.cn?", secret), ("", "")]);

        report.Findings.Count.ShouldBeGreaterThan(5);
        report.Findings.ShouldAllBe(finding => finding.Deduction >= 0);
        foreach ((QualityArea area, int score) in report.Scores)
            score.ShouldBe(100 - report.Findings.Where(finding => finding.Area == area).Sum(finding => finding.Deduction));
    }

    [Fact]
    public void Points_never_fall_below_none()
    {
        string[] secrets = [.. Enumerable.Range(0, 120).Select(i => QualityRun.Line($"Which key has {QualityRun.Word(i)}?", $"It is sk-a8Kd72LmQ0xVb31ZtYw9, says jo{i}@corp.cn."))];

        QualityReport report = QualityRun.Of(secrets);

        report.Scores[QualityArea.Privacy].ShouldBe(0);
        report.Find("personal_secret")!.Deduction.ShouldBe(100);
        report.Find("personal_email")!.Deduction.ShouldBe(0);
    }

    [Theory]
    [InlineData(18, 27)]
    [InlineData(99, 3)]
    [InlineData(100, 0)]
    public void Too_few_examples_earn_no_full_marks(int examples, int deduction)
    {
        QualityReport report = QualityRun.Of(QualityRun.Sound(examples));

        (report.Find("few_examples")?.Deduction ?? 0).ShouldBe(deduction);
        report.Scores[QualityArea.Sufficiency].ShouldBe(100 - deduction);
    }

    [Fact]
    public void Two_runs_find_the_same()
    {
        (string, string)[] pairs = [.. QualityRun.Sound(80), .. QualityRun.Sound(40).Select(pair => (pair.Prompt, pair.Completion + " Indeed."))];

        QualityReport one = QualityRun.Of(pairs);
        QualityReport other = QualityRun.Of(pairs);

        one.Findings.Select(finding => finding.ToJson().ToJsonString()).ShouldBe(other.Findings.Select(finding => finding.ToJson().ToJsonString()));
    }

    [Fact]
    public void A_share_costs_the_root_of_it()
    {
        QualityFinding finding = new("code", QualityArea.Balance, "what", "fix") { Examples = 25, Of = 100, Weight = 60 };

        finding.Penalty.ShouldBe(30);
    }

    [Fact]
    public void Excerpts_hide_personal_data()
    {
        QualityReport report = QualityRun.Of([.. QualityRun.Sound(40), ("Who is a@corp.cn?", "One."), ("Who is a@corp.cn?", "Two.")]);

        report.Find("conflicting_answers")!.Places[0].Excerpt.ShouldStartWith("Who is [EMAIL]? → ");
        report.Find("personal_email")!.Places[0].Excerpt.ShouldEndWith("Who is a@c******");
    }

    [Fact]
    public void Terminals_are_safe_from_what_files_hold() => Hone.Data.Quality.Excerpt.Of("a\e[31m\u0007b\n\tc").ShouldBe("a [31m b c");

    [Fact]
    public void A_line_that_is_no_example_is_named()
    {
        var error = Should.Throw<HoneException>(() => QualityRun.Of(["""{"messages": [{"role": "user", "content": "p"}]}""", """{"messages": "p"}"""]));

        error.Message.ShouldContain("Line 2");
    }
}
