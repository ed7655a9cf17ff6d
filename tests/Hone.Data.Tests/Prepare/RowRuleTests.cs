using Hone.Data.Prepare;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Prepare;

public class RowRuleTests
{
    [Fact]
    public void Empty_completions_are_removed_at_once_and_named_by_row_and_line()
    {
        PrepareRun run = new(new Frame(["prompt", "completion"], [new(2, "a ->", " x."), new(3, "b ->", ""), new(4, "c ->", " z."), new(6, "d ->", "")]));

        Remedy empty = run.Found("empty_completion")!;
        empty.Rows.ShouldBe([1, 3]);
        empty.Lines.ShouldBe([3, 6]);
        empty.Finding.ShouldBe("Empty completions: 2, at line 3, 6.");
        run.Preparation.Frame.Rows.Select(row => row.Line).ShouldBe([2, 4]);
    }

    [Fact]
    public void A_completion_of_a_space_is_not_empty() => PrepareRun.Of(("a ->", " "), ("b ->", " y")).Found("empty_completion").ShouldBeNull();

    [Fact]
    public void A_file_whose_completions_are_all_empty_is_refused() =>
        Should.Throw<HoneException>(() => PrepareRun.Of(("a", ""), ("b", ""))).Message.ShouldContain("Every completion is empty");

    [Fact]
    public void Rules_after_a_necessary_change_see_its_result()
    {
        PrepareRun run = PrepareRun.Of(("a ->", " x."), ("b", ""), ("c ->", " z."));

        run.Found("common_prompt_suffix")!.Finding.ShouldBe("All prompts end with ` ->`.");
    }

    [Fact]
    public void Rows_that_occur_again_are_removed_but_for_the_first()
    {
        PrepareRun run = PrepareRun.Of(("a ->", " x."), ("a ->", " y."), ("a ->", " x."), ("b ->", " x."), ("a ->", " x."));

        run.Found("duplicated_rows")!.Rows.ShouldBe([2, 4]);
        run.Found("duplicated_rows")!.Lines.ShouldBe([3, 5]);
        run.After("duplicated_rows").Rows.Select(row => row.Line).ShouldBe([1, 2, 4]);
    }

    [Theory]
    [InlineData(10_000, false)]
    [InlineData(10_001, true)]
    public void Long_are_more_than_10_000_characters_of_prompt_and_completion(int length, bool isLong)
    {
        PrepareRun run = PrepareRun.Of((new string('a', length - 5) + " ->", " b"), ("c ->", " d"));

        (run.Found("long_examples") is not null).ShouldBe(isLong);
        if (isLong)
            run.After("long_examples").Rows.Select(row => row.Line).ShouldBe([2]);
    }

    [Fact]
    public void Characters_are_code_points_and_not_halves_of_them()
    {
        string emoji = string.Concat(Enumerable.Repeat("😀", 9_995));

        PrepareRun.Of((emoji + " ->", " b"), ("c ->", " d")).Found("long_examples").ShouldBeNull();
        PrepareRun.Of((emoji + "😀 ->", " b"), ("c ->", " d")).Found("long_examples").ShouldNotBeNull();
    }

    [Fact]
    public void Long_texts_without_prompts_are_kept() =>
        PrepareRun.Of(("", new string('a', 20_000)), ("", " b")).Found("long_examples").ShouldBeNull();

    [Fact]
    public void Long_rows_are_found_again_after_earlier_changes_moved_them()
    {
        string text = new('a', 10_001);
        PrepareRun run = PrepareRun.Of(("b ->", " c."), ("b ->", " c."), (text + " ->", " d."), ("e ->", " f."));

        run.Fixed().Rows.Select(row => row.Line).ShouldBe([1, 4]);
    }
}
