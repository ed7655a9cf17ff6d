using Hone.Data.Prepare;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Prepare;

public class UpperCaseTests
{
    [Theory]
    [InlineData("ABab", "cd", false)] // exactly a third: 2 of 6
    [InlineData("ABCab", "cd", true)] // 3 of 7
    [InlineData("ABab", "c", true)] // 2 of 5
    [InlineData("123", "!?", false)]
    [InlineData("中文没有大小写", "全角标点：，。", false)]
    [InlineData("ＡＢ", "ａ", true)] // full-width letters have case
    [InlineData("𝐀𝐁", "𝐚𝐛𝐜", true)] // so have letters beyond the first 65,536
    [InlineData("CT检查", "HIV感染者", true)] // half of the letters have case
    [InlineData("做CT检查", "HIV感染者", false)] // 5 of 11
    [InlineData("ǅ", "1", false)] // a title-case letter is neither
    public void More_than_a_third_of_the_letters_are_capitals(string first, string second, bool isUpper)
    {
        PrepareRun prompts = PrepareRun.Of((first + " ->", " x."), (second + " ->", " y."));
        PrepareRun completions = PrepareRun.Of(("1 ->", first), ("2 ->", second));

        (prompts.Found("lower_case") is not null).ShouldBe(isUpper);
        (completions.Found("lower_case") is not null).ShouldBe(isUpper);
    }

    [Fact]
    public void Each_column_is_judged_and_changed_on_its_own()
    {
        PrepareRun run = PrepareRun.Of(("HELLO WORLD ->", " Fine."), ("ÄRGER 𐐀 ->", " Good."));

        run.Preparation.Remedies.Where(remedy => remedy.Rule == "lower_case").Select(remedy => remedy.Recommended!.Description).ShouldBe(["Write `prompt` in lower case"]);
        run.After("lower_case").Rows.ShouldBe([new FrameRow(1, "hello world ->", " Fine."), new FrameRow(2, "ärger 𐐨 ->", " Good.")]);
    }
}
