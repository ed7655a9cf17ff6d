using Hone.Data.Quality;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Consistency;

public sealed class ConflictsOfMeaningTests
{
    static readonly (string, string)[] Reviews = [.. QualityRun.Sound(40).Select((pair, i) => (pair.Prompt, i % 2 == 0 ? "good" : "bad"))];

    [Fact]
    public void Other_words_for_the_same_with_another_class_are_a_conflict_that_shows_both()
    {
        QualityReport report = QualityRun.Of([.. Reviews, ("#a The soup was cold.", "bad"), ("#a It came lukewarm.", "good"), ("#a Barely warm.", "bad")], Options(0.9));

        QualityFinding finding = report.Find("semantic_conflicting_labels")!;
        finding.Examples.ShouldBe(2);
        finding.Of.ShouldBe(43);
        finding.Lines().ShouldBe([41, 42]);
    }

    [Fact]
    public void Answers_in_other_words_are_no_conflict_and_other_answers_are()
    {
        (string, string)[] sound = QualityRun.Sound(40);

        QualityReport bound = QualityRun.Of([.. sound, ("#a When do you open?", "#h At nine."), ("#a From what hour on?", "#hi Nine or never.")], Options(0.7));
        QualityReport same = QualityRun.Of([.. sound, ("#a When do you open?", "#h At nine."), ("#a From what hour on?", "#h Nine o'clock.")], Options(0.9));
        QualityReport other = QualityRun.Of([.. sound, ("#a When do you open?", "#h At nine."), ("#a From what hour on?", "#i Never.")], Options(0.9));
        QualityReport equal = QualityRun.Of([.. sound, ("#a When do you open?", "#hij At nine."), ("#a From what hour on?", "#hij Nine o'clock.")], Options(1));

        bound.OfRows().ShouldBeEmpty();
        equal.OfRows().ShouldBeEmpty();
        same.OfRows().ShouldBeEmpty();
        other.OfRows().ShouldHaveSingleItem().Code.ShouldBe("semantic_conflicting_answers");
        other.Find("semantic_conflicting_answers")!.Lines().ShouldBe([41, 42]);
    }

    [Fact]
    public void Without_a_model_or_below_the_cosine_nothing_is_compared()
    {
        (string, string)[] pairs = [.. Reviews, ("#a The soup was cold.", "bad"), ("#a It came lukewarm.", "good")];

        QualityRun.Of(pairs).OfRows().ShouldBeEmpty();
        QualityRun.Of([.. Reviews, ("#a The soup was cold.", "bad"), ("#ab It came lukewarm.", "good")], Options(0.9)).OfRows().ShouldBeEmpty();
        QualityRun.Of([.. Reviews, ("#a The soup was cold.", "bad"), ("#ab It came lukewarm.", "good")], Options(0.7)).OfRows().ShouldHaveSingleItem();
    }

    [Fact]
    public void Prompts_with_other_numbers_ask_for_something_else() =>
        QualityRun.Of([.. Reviews, ("#a The soup of table 3 was cold.", "bad"), ("#a Table 4 got it lukewarm.", "good")], Options(0.9)).OfRows().ShouldBeEmpty();

    [Fact]
    public void Rows_without_a_prompt_or_an_answer_are_left_alone()
    {
        QualityReport report = QualityRun.Of([.. Reviews, ("#a The soup was cold.", "bad"), ("#a It came lukewarm.", " "), ("", "good")], Options(0.9));

        report.Find("empty_answers").ShouldNotBeNull();
        report.Find("semantic_conflicting_labels").ShouldBeNull();
    }

    [Fact]
    public void What_the_words_show_already_is_not_told_twice() =>
        QualityRun.Of([.. Reviews, ("#a Fine!", "good"), ("#a fine", "bad")], Options(0.9)).OfRows().ShouldHaveSingleItem().Code.ShouldBe("conflicting_labels");

    static QualityOptions Options(double cosine) => new() { Embed = SubjectVectors.Of, Cosine = cosine };
}
