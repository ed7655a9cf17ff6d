using Hone.Data.Quality;
using Hone.Data.Quality.Sufficiency;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Sufficiency;

public sealed class FactsTests
{
    [Theory]
    [InlineData("It was built in 1889 by Gustave Eiffel for 7,799,401.31 francs.", "1889|7799401.31|Gustave Eiffel")]
    [InlineData("The DNA of HeLa cells and of COVID-19, seen with an SR-71.", "19|71|DNA|HeLa|COVID|SR")]
    [InlineData("Patients develop thrombocytopenia; communication is important.", "thrombocytopenia")]
    [InlineData("They see a kaleidoscope and a kaleidoscopes.", "kaleidoscopes")] // 12 and 13 letters
    [InlineData("Take vitamin B12 and 5 apples.", "B12")]
    [InlineData("1. Wash it.\n2. Cook it for 45 minutes.", "45")]
    [InlineData("DO NOT PRESS THE BUTTON", "")]
    [InlineData("《红楼梦》的作者是曹雪芹，生于１７１５年。", "1715|《红楼梦》")]
    [InlineData("提出者是尼古拉·哥白尼，他研究天体。", "古拉·哥白")]
    public void Facts_are_numbers_names_and_rare_words(string answer, string facts) => string.Join('|', Facts.Of(answer).Words).ShouldBe(facts);

    [Fact]
    public void Rare_characters_are_one_fact_together_and_traditional_ones_are_not_rare()
    {
        var facts = Facts.Of("患者常见皮肤瘙痒和紫癜，需要去医院检查血液并且按照医生的要求休息。");
        var traditional = Facts.Of("這個問題沒有人會回答，請您聯繫醫院。");

        facts.RareCharacters.ShouldBe(["瘙", "癜"]);
        facts.Count.ShouldBe(1);
        traditional.RareCharacters.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Wann? It was in 1889, says Eiffel himself in a long letter. " + Filler, "1889", true)]
    [InlineData("It was in 1889. " + Filler, "1890", false)]
    [InlineData("It was in 18890. " + Filler, "1889", false)]
    [InlineData("What is 24 times 60?", "1440", true)]
    [InlineData("Write about Gustave and the Eiffel tower.", "Gustave Eiffel", true)]
    [InlineData("Write about Gustave.", "Gustave Eiffel", false)]
    [InlineData("What is thrombocytopenic purpura?", "thrombocytopenia", true)]
    [InlineData("讲讲红楼梦", "《红楼梦》", true)]
    public void A_prompt_holds_a_fact_or_does_not(string prompt, string fact, bool isHeld) =>
        new FactSource(new Sample(1, "", prompt, "", default)).Holds(fact).ShouldBe(isHeld);

    const string Filler = "The rest of this text is there to make it long enough to be a source and not a question: it tells of the weather, of the river, of the market and of the people who came to see the tower when it was new, and who went home again in the evening.";
}
