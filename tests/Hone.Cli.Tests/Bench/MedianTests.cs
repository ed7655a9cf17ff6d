using Hone.Cli.Bench;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Bench;

public class MedianTests
{
    [Theory]
    [InlineData(2.0, 3.0, 1.0, 2.0)]
    [InlineData(2.5, 4.0, 1.0, 3.0, 2.0)]
    [InlineData(7.0, 7.0)]
    public void Half_of_the_values_lie_on_each_side(double expected, params double[] values) => Median.Of(values).ShouldBe(expected);
}
