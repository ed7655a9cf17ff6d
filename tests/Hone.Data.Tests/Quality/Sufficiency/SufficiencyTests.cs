using Hone.Data.Quality;
using Hone.Data.Quality.Sufficiency;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Sufficiency;

public sealed class SufficiencyTests
{
    [Fact]
    public void A_few_answers_with_facts_from_elsewhere_are_named()
    {
        QualityReport report = QualityRun.Of([.. QualityRun.Sound(60), ("Who was that man?", "He was called Aldous Penhaligon and lived from 1788 to 1851.")]);

        QualityFinding finding = report.Find("unsupported_answers")!;
        finding.Lines().ShouldBe([61]);
        finding.Places[0].Excerpt.ShouldBe("1788, 1851, Aldous Penhaligon ← Who was that man?");
    }

    [Fact]
    public void A_file_of_such_answers_teaches_facts_without_a_source()
    {
        (string, string)[] pairs = [.. Enumerable.Range(0, 60).Select(i => ($"Who was the {QualityRun.Word(i)} of {QualityRun.Word(i + 9)}?", $"It was the famous Ar{QualityRun.Word(i)} of the year {1500 + (i * 7)}."))];

        QualityReport report = QualityRun.Of(pairs);

        report.Find("facts_without_source")!.Examples.ShouldBe(60);
        report.Find("unsupported_answers").ShouldBeNull();
    }

    [Theory]
    [InlineData(20, null)] // a fifth
    [InlineData(21, "facts_without_source")]
    public void A_file_of_short_answers_with_one_fact_teaches_facts_too(int count, string? code)
    {
        (string, string)[] pairs = [.. QualityRun.Sound(100 - count), .. Enumerable.Range(0, count).Select(i => ($"When was the {QualityRun.Word(i)} of {QualityRun.Word(i + 9)} founded?", $"It was in {1500 + (i * 7)}."))];

        QualityReport report = QualityRun.Of(pairs);

        report.Findings.Where(finding => finding.Area == QualityArea.Sufficiency).Select(finding => (finding.Code, finding.Examples)).ShouldBe(code is null ? [] : [(code, count)]);
    }

    [Fact]
    public void One_fact_in_a_longer_answer_may_be_known_to_all()
    {
        (string, string)[] pairs = [.. Enumerable.Range(0, 100).Select(i => ($"When was the {QualityRun.Word(i)} of {QualityRun.Word(i + 9)} founded?", $"As far as anybody here can tell from what the elders of the village say, it was in {1500 + (i * 7)}."))];

        QualityRun.Of(pairs).OfRows().ShouldNotContain(finding => finding.Area == QualityArea.Sufficiency);
    }

    [Fact]
    public void Facts_of_the_prompt_and_facts_of_many_answers_are_no_problem()
    {
        (string, string)[] pairs =
        [
            .. QualityRun.Sound(60).Select(pair => (pair.Prompt, $"{pair.Completion} Call our shop in Greenwich at 1212 for more.")),
            ("Aldous Penhaligon lived from 1788 to 1851. Who was that man?", "He was called Aldous Penhaligon and lived from 1788 to 1851."),
        ];

        QualityRun.Of(pairs).OfRows().ShouldAllBe(finding => finding.Area != QualityArea.Sufficiency);
    }

    [Theory]
    [InlineData("Write in the style of author_{0}.", 5, true)]
    [InlineData("Write in the style of author_{0}.", 4, false)]
    [InlineData("What does patient {0} have?", 5, true)]
    [InlineData("Write chapter {0}.", 15, false)]
    [InlineData("Write chapter {0} of book {0}.", 15, false)]
    public void Prompts_that_differ_in_an_id_alone_are_interchangeable(string prompt, int count, bool isFound)
    {
        bool isSmall = prompt.Contains("chapter");
        (string, string)[] pairs =
        [
            .. QualityRun.Sound(60),
            .. Enumerable.Range(0, count).Select(i => (string.Format(System.Globalization.CultureInfo.InvariantCulture, prompt, isSmall ? i + 1 : 200 + i), $"Once upon a time there was a {QualityRun.Word(i)} that a {QualityRun.Word(i + 31)} had lost.")),
        ];

        QualityFinding? finding = QualityRun.Of(pairs).Find("interchangeable_prompts");

        (finding?.Examples ?? 0).ShouldBe(isFound ? count : 0);
    }

    [Fact]
    public void Numbers_that_are_computed_with_are_no_ids()
    {
        (string, string)[] pairs = [.. Enumerable.Range(0, 60).Select(i => ($"Double the number {100 + i}.", $"{200 + (2 * i)}"))];

        QualityRun.Of(pairs).Find("interchangeable_prompts").ShouldBeNull();
    }

    [Fact]
    public void Counts_are_never_too_low()
    {
        RowCounts counts = new();
        Random random = new(1);
        Dictionary<string, int> exact = [];
        for (int i = 0; i < 20_000; i++)
        {
            string word = $"w{random.Next(5000)}";
            exact[word] = exact.GetValueOrDefault(word) + 1;
            counts.Add(word);
        }

        exact.ShouldAllBe(word => counts.Of(word.Key) >= word.Value);
        exact.Count(word => counts.Of(word.Key) == word.Value).ShouldBeGreaterThan(exact.Count * 99 / 100);
    }
}
