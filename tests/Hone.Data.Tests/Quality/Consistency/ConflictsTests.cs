using Hone.Data.Quality;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Consistency;

public sealed class ConflictsTests
{
    const string Long = "the delivery was two hours late and the food was cold when it came to our door last night";

    [Fact]
    public void The_same_text_with_another_class_is_a_conflict_that_shows_both()
    {
        QualityReport report = QualityRun.Of([.. Reviews(40), ("Fine!", "good"), ("fine", "bad"), ("Fine", "good")]);

        QualityFinding finding = report.Find("conflicting_labels")!;
        finding.Examples.ShouldBe(3);
        finding.Places.Select(place => place.Excerpt).ShouldBe(["Fine! → good", "fine → bad", "Fine → good"]);
    }

    [Fact]
    public void Nearly_the_same_text_with_another_class_is_one_too()
    {
        QualityReport report = QualityRun.Of([.. Reviews(40), (Long, "bad"), (Long.Replace("night", "week"), "good")]);

        report.Find("near_conflicting_labels")!.Lines().ShouldBe([41, 42]);
    }

    [Fact]
    public void The_same_prompt_with_different_answers_is_a_conflict()
    {
        QualityReport report = QualityRun.Of([.. QualityRun.Sound(40), ("Who are you?", "I am Ada, your guide."), ("who are you", "My name is Bob.")]);

        report.Find("conflicting_answers")!.Lines().ShouldBe([41, 42]);
    }

    [Fact]
    public void Prompts_with_other_numbers_or_other_instructions_ask_for_something_else()
    {
        string question = "What are the symptoms of the storage disease of the kind that doctors call number 1 in their books";
        string[] lines =
        [
            .. QualityRun.Sound(40).Select(pair => QualityRun.Line(pair.Prompt, pair.Completion)),
            QualityRun.Line(question, "A weak heart."),
            QualityRun.Line(question.Replace("1", "2"), "Pale skin."),
        ];
        string[] chats =
        [
            """{"messages": [{"role": "system", "content": "You are Ada."}, {"role": "user", "content": "Who are you?"}, {"role": "assistant", "content": "Ada, of course."}]}""",
            """{"messages": [{"role": "system", "content": "You are Bob."}, {"role": "user", "content": "Who are you?"}, {"role": "assistant", "content": "I am Bob."}]}""",
        ];

        QualityRun.Of(lines).OfRows().ShouldBeEmpty();
        QualityRun.Of(chats).OfRows().ShouldBeEmpty();
    }

    [Fact]
    public void Answers_that_differ_in_a_word_are_no_conflict_but_in_a_number_they_are()
    {
        string answer = "It costs twenty coins for a day and less for those who stay with us for a whole week or more in summer";
        QualityReport word = QualityRun.Of([.. QualityRun.Sound(40), ("What is the price?", answer), ("What is the price?", answer.Replace("summer", "winter"))]);
        QualityReport number = QualityRun.Of([.. QualityRun.Sound(40), ("What is the price?", answer.Replace("twenty", "20")), ("What is the price?", answer.Replace("twenty", "25"))]);

        word.Find("conflicting_answers").ShouldBeNull();
        word.Find("near_duplicates")!.Lines().ShouldBe([42]);
        number.Find("conflicting_answers")!.Lines().ShouldBe([41, 42]);
    }

    static (string, string)[] Reviews(int count) => [.. QualityRun.Sound(count).Select((pair, i) => (pair.Prompt, i % 2 == 0 ? "good" : "bad"))];
}
