using Hone.Engine.Embedding;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Embedding;

public sealed class RankCorrelationTests
{
    [Theory]
    [InlineData(new double[] { 1, 2, 3 }, new double[] { 10, 20, 21 }, 1)]
    [InlineData(new double[] { 1, 2, 3 }, new double[] { 3, 2, 1 }, -1)]
    [InlineData(new double[] { 106, 100, 86, 101, 99, 103, 97, 113, 112, 110 }, new double[] { 7, 27, 2, 50, 28, 29, 20, 12, 6, 17 }, -29.0 / 165)]
    public void It_is_that_of_the_ranks(double[] a, double[] b, double expected) => RankCorrelation.Spearman(a, b).ShouldBe(expected, 1e-12);

    [Fact]
    public void Equal_numbers_share_their_ranks()
    {
        // Ranks 0.5 0.5 2 3 against 0 1 2 3: 4.5 / √(4.5 · 5).
        RankCorrelation.Spearman([1, 1, 2, 3], [1, 2, 3, 4]).ShouldBe(4.5 / Math.Sqrt(4.5 * 5), 1e-12);
    }

    [Fact]
    public void Without_an_order_there_is_none() => RankCorrelation.Spearman([1, 1], [1, 2]).ShouldBe(double.NaN);
}
