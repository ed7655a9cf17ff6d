using System.Text.Json;
using Hone.Data.Quality;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Consistency;

public sealed class PreferencesTests
{
    [Fact]
    public void Equal_answers_and_contradictions_are_found()
    {
        QualityReport report = QualityRun.Of([Pair("Who?", "Ada.", "ada"), Pair("What?", "Tea.", "Milk."), Pair("what", "milk", "Tea."), Pair("Where?", "Here.", "There.")]);

        report.Find("preference_of_equals")!.Lines().ShouldBe([1]);
        report.Find("contradicting_preferences")!.Lines().ShouldBe([2, 3]);
    }

    [Theory]
    [InlineData(24, true)]
    [InlineData(23, false)]
    public void A_preference_that_the_length_tells_in_four_of_five_pairs_is_found(int longer, bool isFound)
    {
        string[] pairs = [.. Enumerable.Range(0, 30).Select(i => i < longer ? Pair($"{QualityRun.Word(i)}?", $"A {QualityRun.Word(i)} word.", $"{QualityRun.Word(i + 40)}.") : Pair($"{QualityRun.Word(i)}?", "Yes.", $"No {QualityRun.Word(i)}."))];

        (QualityRun.Of(pairs).Find("preference_by_length") is not null).ShouldBe(isFound);
    }

    static string Pair(string prompt, string preferred, string other) =>
        JsonSerializer.Serialize(new
        {
            input = new { messages = new[] { new { role = "user", content = prompt } } },
            preferred_output = new[] { new { role = "assistant", content = preferred } },
            non_preferred_output = new[] { new { role = "assistant", content = other } },
        });
}
