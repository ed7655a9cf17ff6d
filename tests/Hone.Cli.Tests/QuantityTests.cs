using Shouldly;
using Xunit;

namespace Hone.Cli.Tests;

public sealed class QuantityTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.0 KB")]
    [InlineData(999_400, "999 KB")]
    [InlineData(999_700, "1.0 MB")]
    [InlineData(988_000_000, "988 MB")]
    [InlineData(12_340_000_000, "12.3 GB")]
    public void Sizes_have_two_or_three_digits(long bytes, string expected) => Quantity.Bytes(bytes).ShouldBe(expected);

    [Theory]
    [InlineData(12, "12")]
    [InlineData(260_032, "260 K")]
    [InlineData(494_032_768, "494 M")]
    [InlineData(7_241_732_096, "7.2 B")]
    public void Parameters_are_counted_in_millions_and_billions(long count, string expected) => Quantity.Count(count).ShouldBe(expected);
}
