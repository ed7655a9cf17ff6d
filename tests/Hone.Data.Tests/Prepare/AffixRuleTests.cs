using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Prepare;

public class AffixRuleTests
{
    [Fact]
    public void Prompts_without_a_common_end_get_an_arrow()
    {
        PrepareRun run = PrepareRun.Of(("a", " x."), ("b", " y."));

        run.Found("common_prompt_suffix")!.Recommended!.Description.ShouldBe("Add the separator ` ->` to all prompts");
        run.After("common_prompt_suffix").Rows.Select(row => row.Prompt).ShouldBe(["a ->", "b ->"]);
    }

    [Theory]
    [InlineData("a line\nand another", "\n\n###\n\n")] // a prompt of two lines takes no arrow
    [InlineData("x -> y", "\n\n###\n\n")]
    [InlineData("x\n\n###\n\ny", "\n\n===\n\n")]
    [InlineData("x\n\n###\n\ny\n\n===\n\nz", "\n\n---\n\n")]
    [InlineData("\n\n###\n\n\n\n===\n\n\n\n---\n\n.", "\n\n===>\n\n")]
    [InlineData("\n\n###\n\n\n\n===\n\n\n\n---\n\n\n\n===>\n\n.", "\n\n--->\n\n")]
    [InlineData("\n\n###\n\n\n\n===\n\n\n\n---\n\n\n\n===>\n\n\n\n--->\n\n.", "\n\n### =>\n\n")]
    public void The_first_separator_that_no_prompt_contains_is_taken(string prompt, string separator)
    {
        PrepareRun run = PrepareRun.Of((prompt, " x."), ("b", " y."));

        run.After("common_prompt_suffix").Rows[1].Prompt.ShouldBe("b" + separator);
    }

    [Fact]
    public void Prompts_that_are_all_the_same_are_refused()
    {
        Should.Throw<HoneException>(() => PrepareRun.Of(("a ->", " x"), ("a ->", " y"))).Message.ShouldContain("All prompts are the same: `a ->`");
        Should.Throw<HoneException>(() => PrepareRun.Of(("one row ->", " x"))).Message.ShouldContain("All prompts are the same");
    }

    [Theory]
    [InlineData("0123456789", false)]
    [InlineData("0123456789+", true)]
    [InlineData("：，。！？；（）、…", false)]
    [InlineData("：，。！？；（）、…—", true)]
    [InlineData("😀😀😀😀😀😀😀😀😀😀", false)]
    public void A_common_end_of_more_than_10_characters_is_long(string suffix, bool isLong)
    {
        PrepareRun prompts = PrepareRun.Of(("a" + suffix, " x."), ("b" + suffix, " y."));
        PrepareRun completions = PrepareRun.Of(("a ->", " x" + suffix), ("b ->", " y" + suffix));

        prompts.Found("common_prompt_suffix")!.Finding.Contains("very long", StringComparison.Ordinal).ShouldBe(isLong);
        completions.Found("common_completion_suffix")!.Finding.Contains("very long", StringComparison.Ordinal).ShouldBe(isLong);
        prompts.Found("common_prompt_suffix")!.Recommended.ShouldBeNull();
        completions.Found("common_completion_suffix")!.Recommended.ShouldBeNull();
    }

    [Fact]
    public void A_common_end_that_occurs_earlier_is_warned_of()
    {
        PrepareRun.Of(("a -> b ->", " x."), ("c ->", " y.")).Found("common_prompt_suffix")!.Finding.ShouldContain("Warning: some prompts contain it earlier");
        PrepareRun.Of(("a ->", " x. z."), ("c ->", " y.")).Found("common_completion_suffix")!.Finding.ShouldContain("Warning: some completions contain it earlier");
        PrepareRun.Of(("a ->", " x."), ("c ->", " y.")).Preparation.Remedies.ShouldAllBe(remedy => !remedy.Finding.Contains("Warning", StringComparison.Ordinal));
    }

    [Fact]
    public void Empty_prompts_need_no_separator_and_no_ending()
    {
        PrepareRun run = PrepareRun.Of(("", " x"), ("", " y"));

        run.Found("common_prompt_suffix").ShouldBeNull();
        run.Found("common_completion_suffix").ShouldBeNull();
    }

    [Theory]
    [InlineData("012345678901", false)]
    [InlineData("0123456789012", true)]
    [InlineData("请判断下面评论的情感倾向：", true)]
    [InlineData("判断下面评论的情感倾向：", false)]
    public void A_common_start_of_prompts_of_more_than_12_characters_is_removed(string prefix, bool isRemoved)
    {
        PrepareRun run = PrepareRun.Of((prefix + "a ->", " x."), (prefix + "b ->", " y."));

        run.Found("common_prompt_prefix")!.Finding.ShouldStartWith($"All prompts begin with `{prefix}`.");
        (run.Found("common_prompt_prefix")!.Recommended is not null).ShouldBe(isRemoved);
        if (isRemoved)
            run.After("common_prompt_prefix").Rows.Select(row => row.Prompt).ShouldBe(["a ->", "b ->"]);
    }

    [Fact]
    public void A_separator_is_added_before_a_long_start_is_removed()
    {
        PrepareRun run = PrepareRun.Of(("Tell me about cats", " x."), ("Tell me about dogs!", " y."));

        run.Fixed().Rows.Select(row => row.Prompt).ShouldBe(["cats ->", "dogs! ->"]);
    }

    [Theory]
    [InlineData(" abc", false)]
    [InlineData(" abcd", true)]
    [InlineData("答案是：", false)]
    [InlineData("答案应是：", true)]
    public void A_common_start_of_completions_of_5_characters_is_removed(string prefix, bool isRemoved)
    {
        PrepareRun run = PrepareRun.Of(("a ->", prefix + "x."), ("b ->", prefix + "y."));

        (run.Found("common_completion_prefix") is not null).ShouldBe(isRemoved);
        if (isRemoved)
            run.After("common_completion_prefix").Rows.Select(row => row.Completion).ShouldBe(prefix[0] == ' ' ? [" x.", " y."] : ["x.", "y."]);
    }

    [Fact]
    public void A_start_that_is_all_of_one_completion_stays()
    {
        PrepareRun run = PrepareRun.Of(("a ->", "green"), ("b ->", "greenish"));

        run.Found("common_completion_prefix")!.Recommended.ShouldBeNull();
        run.Fixed().Rows.ShouldAllBe(row => row.Completion.Length > 1);
    }

    [Theory]
    [InlineData(" x", "\n")]
    [InlineData(" x\ny", ".")]
    [InlineData("\n.", " END")]
    [InlineData("\n. END", "***")]
    [InlineData("\n. END***", "+++")]
    [InlineData("\n. END***+++", "&&&")]
    [InlineData("\n. END***+++&&&", "$$$")]
    [InlineData("\n. END***+++&&&$$$", "@@@")]
    [InlineData("\n. END***+++&&&$$$@@@", "%%%")]
    [InlineData("\n. END***+++&&&$$$@@@%%%", " [END]")]
    public void Completions_without_a_common_end_get_the_first_that_none_contains(string completion, string ending)
    {
        PrepareRun run = PrepareRun.Of(("a ->", completion), ("b ->", " 2"));

        run.After("common_completion_suffix").Rows[1].Completion.ShouldBe(" 2" + ending);
    }

    [Fact]
    public void Classes_get_no_ending() =>
        PrepareRun.Of(("a ->", " x"), ("b ->", " x"), ("c ->", " y"), ("d ->", " y"), ("e ->", " y"), ("f ->", " y"), ("g ->", " y")).Found("common_completion_suffix").ShouldBeNull();

    [Fact]
    public void Completions_that_are_all_the_same_are_refused() =>
        Should.Throw<HoneException>(() => PrepareRun.Of(("a ->", " x"), ("b ->", " x"))).Message.ShouldContain("All completions are the same: ` x`");

    [Fact]
    public void Completions_start_with_one_space()
    {
        PrepareRun run = PrepareRun.Of(("a ->", " x."), ("b ->", "y."), ("c ->", "  z."), ("d ->", "\tw."));

        run.After("completion_space_start").Rows.Select(row => row.Completion).ShouldBe([" x.", " y.", "  z.", " \tw."]);
        PrepareRun.Of(("a ->", " x."), ("b ->", " y.")).Found("completion_space_start").ShouldBeNull();
        PrepareRun.Of(("a ->", "好。"), ("b ->", "坏。")).After("completion_space_start").Rows.Select(row => row.Completion).ShouldBe([" 好。", " 坏。"]);
    }

    [Fact]
    public void Findings_speak_chinese()
    {
        Text.IsChinese = true;

        PrepareRun run = PrepareRun.Of(("好吃\n再来", "满意"), ("难吃", "不满意"));

        run.Preparation.Remedies.Where(remedy => remedy.Recommended is not null).Select(remedy => remedy.Recommended!.Description)
            .ShouldBe(["在所有提示后添加分隔符 `\\n\\n###\\n\\n`", "在没有空格的补全开头添加一个空格"]);
        run.Found("common_completion_suffix")!.Finding.ShouldBe("所有补全都以 `满意` 结尾。");
    }
}
