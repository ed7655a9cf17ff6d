using Hone.Data.Quality;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Balance;

public sealed class LanguagesTests
{
    [Theory]
    [InlineData("你好，世界！", Script.Chinese)]
    [InlineData("我的 iPhone 坏了，怎么办？", Script.Chinese)]
    [InlineData("Hello, world! 42", Script.English)]
    [InlineData("The word for tea is 茶, and for water it is another one", Script.English)]
    [InlineData("Übergröße für Männer", Script.English)]
    [InlineData("これはペンです。", Script.Other)]
    [InlineData("Привет, мир", Script.Other)]
    [InlineData("مرحبا بالعالم", Script.Other)]
    [InlineData("please translate 请把这句话翻译 into English", Script.Mixed)]
    [InlineData("12 + 30 = 42 😀", Script.None)]
    [InlineData("", Script.None)]
    public void Scripts_are_told_by_counting(string text, object script) => Scripts.Of(text).ShouldBe((Script)script);

    [Fact]
    public void Answers_in_another_language_are_told_unless_they_are_asked_for()
    {
        (string, string)[] pairs =
        [
            .. QualityRun.Sound(50),
            ("What is the highest mountain of the world?", "世界上最高的山峰是珠穆朗玛峰。"),
            ("Translate into Chinese: the sun is warm today.", "今天的阳光很温暖，适合出门。"),
            ("How do I print a list in a loop?", "```python\nfor item in items:\n    print(item)\n```"),
        ];

        QualityFinding finding = QualityRun.Of(pairs).Find("answer_in_other_language")!;

        finding.Lines().ShouldBe([51]);
    }

    [Fact]
    public void Where_most_answers_change_the_language_it_is_the_task()
    {
        (string, string)[] pairs = [.. QualityRun.Sound(40).Select((pair, i) => (pair.Prompt, $"这是第{(char)('一' + i)}个回答，讲的是另外一件事情{(char)('丁' + (i * 3))}。"))];

        QualityRun.Of(pairs).Find("answer_in_other_language").ShouldBeNull();
    }

    [Fact]
    public void A_little_of_a_second_language_is_told()
    {
        QualityReport report = QualityRun.Of([.. QualityRun.Sound(60), ("北京有多少人？", "两千多万人。")]);

        report.Find("rare_language")!.Lines().ShouldBe([61]);
        report.Figures.Single(figure => figure.Code == "prompts_chinese").Value!.Value.ShouldBe(1 / 61.0, 1e-9);
    }
}
