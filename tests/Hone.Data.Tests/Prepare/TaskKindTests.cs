using Hone.Data.Prepare;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Prepare;

public class TaskKindTests
{
    [Fact]
    public void Without_prompts_the_model_writes_freely() =>
        TaskKinds.Of(PrepareRun.FrameOf(("", " a"), ("", " a"), ("", " a"), ("", " a"))).ShouldBe(TaskKind.OpenEnded);

    [Fact]
    public void One_prompt_that_is_not_empty_is_enough_for_another_task() =>
        TaskKinds.Of(PrepareRun.FrameOf(("", " a"), ("", " b"), ("?", " c"))).ShouldBe(TaskKind.Conditional);

    [Theory]
    [InlineData(9, 3, TaskKind.Conditional)] // exactly a third
    [InlineData(10, 3, TaskKind.Classification)]
    [InlineData(8, 3, TaskKind.Conditional)]
    [InlineData(3, 1, TaskKind.Conditional)]
    [InlineData(4, 1, TaskKind.Classification)]
    [InlineData(7, 2, TaskKind.Classification)]
    [InlineData(6, 2, TaskKind.Conditional)]
    public void Fewer_completions_than_a_third_of_the_rows_are_classes(int rows, int completions, TaskKind expected) =>
        TaskKinds.Of(PrepareRun.FrameOf(Enumerable.Range(0, rows).Select(i => ($"{i} ->", $" {i % completions}")))).ShouldBe(expected);

    [Fact]
    public void Two_rows_are_never_classes() => TaskKinds.Of(PrepareRun.FrameOf(("a", " x"), ("b", " x"))).ShouldBe(TaskKind.Conditional);

    [Fact]
    public void Classes_are_announced()
    {
        PrepareRun.Of(("a ->", " x"), ("b ->", " x"), ("c ->", " x"), ("d ->", " x")).Found("format_inferrer")!.Finding.ShouldContain("looks like a classification");
        PrepareRun.Of(("a ->", " x"), ("b ->", " y")).Found("format_inferrer").ShouldBeNull();
    }
}
