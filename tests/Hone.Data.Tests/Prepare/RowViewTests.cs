using Hone.Data.Prepare;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Prepare;

public class RowViewTests
{
    static readonly FrameRow[] Rows = [.. Enumerable.Range(0, 6).Select(i => new FrameRow(i + 1, $"{i}", $"{i % 2}"))];

    [Theory]
    [InlineData]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1, 2, 4)]
    [InlineData(0, 1, 2, 3, 4, 5)]
    public void Kept_rows_are_the_same_in_order_and_by_number(params int[] kept)
    {
        var view = RowView.Kept(Rows, (_, index) => kept.Contains(index));

        view.Count.ShouldBe(kept.Length);
        view.ShouldBe(kept.Select(index => Rows[index]));
        Enumerable.Range(0, view.Count).Select(index => view[index]).ShouldBe(view);
    }

    [Fact]
    public void Changes_follow_one_another_whatever_was_left_out_between()
    {
        var first = RowView.Changed(Rows, row => row with { Prompt = row.Prompt + "a" });
        var kept = RowView.Kept(first, (row, _) => row.Completion == "1");
        var last = RowView.Changed(kept, row => row with { Prompt = row.Prompt + "b" });

        last.Select(row => row.Prompt).ShouldBe(["1ab", "3ab", "5ab"]);
        last[1].ShouldBe(new FrameRow(4, "3ab", "1"));
    }

    [Fact]
    public void Drawn_rows_come_as_they_were_drawn()
    {
        var view = RowView.Drawn(Rows, [4, 0, 4]);

        view.Select(row => row.Line).ShouldBe([5, 1, 5]);
        view[1].ShouldBe(Rows[0]);
    }

    [Fact]
    public void What_completions_there_are_is_found_anew_after_a_change()
    {
        Frame frame = new(["prompt", "completion"], Rows) { Columns = ["prompt", "completion"] };

        frame.Different.Count.ShouldBe(2);
        frame.Different.Classes.ShouldBeEmpty(); // three rows each are not more than three
        frame.WithCompletions(_ => "x").Different.Classes.ShouldBe([new CompletionClass(0, 6)]);
        frame.Where((row, _) => row.Completion == "1").Different.Count.ShouldBe(1);
        (frame with { Columns = [] }).Different.Count.ShouldBe(2);
    }
}
