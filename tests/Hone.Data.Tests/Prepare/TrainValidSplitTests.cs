using Hone.Data.Prepare;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Prepare;

public class TrainValidSplitTests
{
    /// <summary>The orders that NumPy 1.x and 2.x print for <c>RandomState(seed).permutation(10)</c>.</summary>
    [Theory]
    [InlineData(42, new[] { 8, 1, 5, 0, 7, 2, 9, 4, 3, 6 })]
    [InlineData(0, new[] { 2, 8, 4, 9, 1, 6, 7, 3, 0, 5 })]
    public void The_order_is_that_of_numpy(uint seed, int[] expected) => NumpyPermutation.Of(seed, 10).ShouldBe(expected);

    /// <summary>The first of <c>RandomState(42).permutation(100)</c> and of <c>permutation(1000)</c>, which draws from a second state of the twister.</summary>
    [Fact]
    public void The_order_of_more_rows_is_that_of_numpy()
    {
        NumpyPermutation.Of(42, 100).Take(10).ShouldBe([83, 53, 70, 45, 44, 39, 22, 80, 10, 0]);
        NumpyPermutation.Of(42, 1000).Take(10).ShouldBe([521, 737, 740, 660, 411, 678, 626, 513, 859, 136]);
        NumpyPermutation.Of(42, 1000).TakeLast(5).ShouldBe([106, 270, 860, 435, 102]);
    }

    [Fact]
    public void Every_row_occurs_once()
    {
        NumpyPermutation.Of(7, 2000).Order().ShouldBe(Enumerable.Range(0, 2000));
        NumpyPermutation.Of(7, 1).ShouldBe([0]);
        NumpyPermutation.Of(7, 0).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(10, 8)]
    [InlineData(11, 8)]
    [InlineData(14, 11)]
    [InlineData(4999, 3999)]
    [InlineData(5000, 4000)]
    [InlineData(5001, 4001)] // from here on at most 1000 are kept for judging
    [InlineData(12000, 11000)]
    [InlineData(2, 1)]
    [InlineData(1, 0)]
    public void Four_fifths_are_trained_on_and_at_most_1000_kept(int rows, int train)
    {
        TrainValidSplit split = TrainValidSplit.Of(PrepareRun.FrameOf(Enumerable.Range(0, rows).Select(i => ($"{i}", "x"))));

        split.Train.Rows.Count.ShouldBe(train);
        split.Valid.Rows.Count.ShouldBe(rows - train);
        split.Train.Rows.Concat(split.Valid.Rows).Select(row => row.Line).Order().ShouldBe(Enumerable.Range(1, rows));
    }

    [Fact]
    public void Training_rows_come_in_the_order_drawn_and_the_others_in_their_own()
    {
        TrainValidSplit split = TrainValidSplit.Of(PrepareRun.FrameOf(Enumerable.Range(0, 10).Select(i => ($"{i}", "x"))));

        split.Train.Rows.Select(row => row.Prompt).ShouldBe(["8", "1", "5", "0", "7", "2", "9", "4"]);
        split.Valid.Rows.Select(row => row.Prompt).ShouldBe(["3", "6"]);
    }
}
