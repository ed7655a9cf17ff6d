using Hone.Data.Quality;
using Hone.Data.Tests.Formats;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality;

/// <summary>The data sets of examples/ are sound, but for the one that is there to be found out.</summary>
public sealed class QualityExamplesTests
{
    [Fact]
    public void Every_mistake_of_the_quality_example_is_found_and_nothing_else()
    {
        QualityReport report = QualityRun.Of(Read("quality/train.jsonl"), test: Read("quality/test.jsonl"));

        report.Findings.ToDictionary(finding => finding.Code, finding => finding.Examples).ShouldBe(
            new Dictionary<string, int>
            {
                ["leakage"] = 2,
                ["few_examples"] = 40,
                ["interchangeable_prompts"] = 5,
                ["conflicting_answers"] = 4,
                ["answer_in_other_language"] = 1,
                ["duplicates"] = 2,
                ["personal_email"] = 1,
                ["personal_phone"] = 1,
                ["unsupported_answers"] = 1,
                ["mixed_format_final_stop"] = 1,
            },
            ignoreOrder: true);
    }

    [Theory]
    [InlineData("sentiment/train.jsonl", "sentiment/test.jsonl")]
    [InlineData("support-chat/train.jsonl", null)]
    [InlineData("preference/train.jsonl", null)]
    public void The_other_examples_are_sound_but_for_their_number(string train, string? test) =>
        QualityRun.Of(Read(train), test: test is null ? null : Read(test)).OfRows().ShouldBeEmpty();

    static string[] Read(string name) => File.ReadAllLines(Path.Combine(TestEncoder.RepositoryRoot, "examples", name));
}
