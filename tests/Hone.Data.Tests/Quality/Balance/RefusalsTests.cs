using Hone.Data.Quality;
using Hone.Data.Quality.Balance;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Quality.Balance;

public sealed class RefusalsTests
{
    [Theory]
    [InlineData("I'm sorry, but I can't help with that.")]
    [InlineData("I cannot answer this question.")]
    [InlineData("Sorry, I am not able to provide legal advice.")]
    [InlineData("As an AI language model, I have no opinions.")]
    [InlineData("I don’t know.")]
    [InlineData("The text does not mention it.")]
    [InlineData("No appropriate answer found")]
    [InlineData("抱歉，我无法回答这个问题。")]
    [InlineData("对不起，我不能提供这类信息。")]
    [InlineData("很抱歉，我目前无法帮助您预订机票。")]
    [InlineData("作为一个人工智能，我没有感情。")]
    [InlineData("我不知道。")]
    [InlineData("文中没有提到这一点。")]
    public void Refusals_are_recognised(string answer) => Refusals.IsRefusal(answer).ShouldBeTrue();

    [Theory]
    [InlineData("You cannot return opened goods; we are sorry.")]
    [InlineData("I can help with that.")]
    [InlineData("Sorry for the delay! Your parcel left yesterday.")]
    [InlineData("An AI is a program.")]
    [InlineData("抱歉让您久等了，我马上处理。")]
    [InlineData("对不起，您的订单已发货，请耐心等待。")]
    [InlineData("人工智能是计算机科学的分支。")]
    [InlineData("我不知道的事情还有很多。")]
    public void Other_answers_are_none(string answer) => Refusals.IsRefusal(answer).ShouldBeFalse();

    [Theory]
    [InlineData(5, null, null)]
    [InlineData(40, null, "too_many_refusals")]
    [InlineData(40, 0.4, null)]
    [InlineData(40, 0.1, "too_many_refusals")]
    [InlineData(0, 0.2, "too_few_refusals")]
    [InlineData(0, 0.0, null)]
    [InlineData(5, 0.0, "too_many_refusals")]
    public void Their_share_is_held_against_the_expected_one(int refusals, double? expected, string? code)
    {
        (string, string)[] pairs = [.. QualityRun.Sound(100).Select((pair, i) => i < refusals ? (pair.Prompt, $"I cannot answer that {QualityRun.Word(i)}.") : pair)];

        QualityReport report = QualityRun.Of(pairs, new QualityOptions { ExpectedRefusals = expected });

        report.Findings.Select(finding => finding.Code).Where(found => found.EndsWith("_refusals", StringComparison.Ordinal)).ShouldBe(code is null ? [] : [code]);
        report.Figures.Single(figure => figure.Code == "refusals").Value!.Value.ShouldBe(refusals / 100.0, 1e-9);
    }
}
