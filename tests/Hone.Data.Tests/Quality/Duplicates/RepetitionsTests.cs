using Hone.Data.Formats;
using Hone.Data.Quality;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Duplicates;

public sealed class RepetitionsTests
{
    const string Prompt = "Describe in a few sentences how the old mill at the river was built and who worked there over the years";
    const string Answer = "The mill was built by the monks of the valley, who ground the corn of all the farms around it for three centuries";

    [Fact]
    public void Repeated_examples_are_found_to_the_letter_and_nearly_so()
    {
        QualityReport report = QualityRun.Of([.. QualityRun.Sound(40), (Prompt, Answer), (Prompt.ToUpperInvariant(), Answer + "!"), (Prompt.Replace("years", "decades"), Answer.Replace("three", "four"))]);

        report.Find("duplicates")!.Lines().ShouldBe([42]);
        report.Find("near_duplicates")!.Lines().ShouldBe([43]);
        report.Find("conflicting_answers").ShouldBeNull();
    }

    [Fact]
    public void Texts_without_a_prompt_are_known_by_themselves()
    {
        QualityReport report = QualityRun.Of([.. QualityRun.Sound(30).Select(pair => ("", pair.Completion)), ("", Answer), ("", Answer)]);

        report.Find("duplicates")!.Lines().ShouldBe([32]);
        report.Find("conflicting_answers").ShouldBeNull();
    }

    [Fact]
    public void What_validation_and_test_share_with_training_is_leakage()
    {
        string[] train = [.. Lines(QualityRun.Sound(60)), QualityRun.Line(Prompt, Answer)];
        string[] valid = [.. Lines(QualityRun.Sound(100)[60..]), QualityRun.Line(Prompt.Replace("years", "decades"), "Nobody knows.")];
        string[] test = [.. Lines(QualityRun.Sound(62)[58..]), .. Lines(QualityRun.Sound(200)[120..])];

        QualityReport report = QualityRun.Of(train, valid, test);

        QualityFinding[] leaks = [.. report.Findings.Where(finding => finding.Code == "leakage")];
        leaks.Length.ShouldBe(2);
        leaks[0].Places.ShouldAllBe(place => place.Part == DataPart.Test);
        leaks.Select(leak => leak.Lines()).ShouldBe([[1, 2], [3, 4]]);
        report.Find("near_leakage")!.Places.ShouldHaveSingleItem().ShouldBe(new QualityPlace(DataPart.Valid, 41, report.Find("near_leakage")!.Places[0].Excerpt));
    }

    [Fact]
    public void Advice_names_the_command_and_what_it_leaves_out()
    {
        string[] train = [.. Lines(QualityRun.Sound(110)), .. Lines(QualityRun.Sound(3)), QualityRun.Line(Prompt, Answer), QualityRun.Line(Prompt.Replace("years", "decades"), Answer)];
        string[] valid = Lines(QualityRun.Sound(170)[120..]);
        string[] test = [.. Lines(QualityRun.Sound(220)[169..]), QualityRun.Line("Who knows?", "Nobody."), QualityRun.Line("who knows", "Nobody")];

        QualityReport alone = QualityRun.Of(train);
        QualityReport leaky = QualityRun.Of([.. train, valid[0]], valid, test);

        alone.Find("duplicates")!.Fix.ShouldContain("'hone data quality train.jsonl --fix train_fixed.jsonl' leaves out 4 examples that repeat others");
        alone.Find("near_duplicates")!.Fix.ShouldBe(alone.Find("duplicates")!.Fix);
        QualityFinding[] leaks = [.. leaky.Findings.Where(finding => finding.Code == "leakage").OrderBy(finding => finding.Places[0].Part)];
        leaks[0].Fix.ShouldContain("'hone data quality train.jsonl --valid valid.jsonl --test test.jsonl --fix train_fixed.jsonl' leaves out 4 examples that repeat others and the 1 that other files have too");
        leaks[1].Fix.ShouldContain("'hone data quality valid.jsonl --test test.jsonl --fix valid_fixed.jsonl' leaves them out");
        leaky.Findings.Single(finding => finding.Code == "duplicates" && finding.Places[0].Part == DataPart.Test).Fix.ShouldContain("'hone data quality test.jsonl --fix test_fixed.jsonl' leaves it out");
    }

    [Theory]
    [InlineData(4, Severity.Warning)]
    [InlineData(5, Severity.Error)]
    public void A_test_of_which_a_twentieth_is_leaked_is_worth_nothing(int leaked, Severity severity)
    {
        (string, string)[] all = QualityRun.Sound(250);

        QualityReport report = QualityRun.Of(Lines(all[..120]), test: Lines([.. all[..leaked], .. all[120..(220 - leaked)]]));

        report.Find("leakage")!.Severity.ShouldBe(severity);
    }

    static string[] Lines(IEnumerable<(string Prompt, string Completion)> pairs) => [.. pairs.Select(pair => QualityRun.Line(pair.Prompt, pair.Completion))];
}
