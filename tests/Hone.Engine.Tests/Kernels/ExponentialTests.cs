using System.Runtime.Intrinsics;
using Hone.Engine.Kernels;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Kernels;

public sealed class ExponentialTests
{
    [Fact]
    public void It_has_the_value_of_the_exponential()
    {
        for (float x = -87; x <= 0; x += 0.0007f)
        {
            double expected = Math.Exp(x);

            float actual = Exponential.Of(Vector512.Create(x))[0];

            (actual / expected).ShouldBe(1, 1e-7, $"at {x}");
        }
    }

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(-1e30f, 0f)]
    public void The_ends_of_its_range_have_their_limits(float x, float expected) => Exponential.Of(Vector512.Create(x))[7].ShouldBe(expected, 2e-38f);

    [Fact]
    public void It_hides_no_NaN() => Exponential.Of(Vector512.Create(float.NaN))[7].ShouldBe(float.NaN);

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    public void A_row_becomes_the_numerators_of_its_softmax(int length)
    {
        var random = new Random(1);
        float[] x = [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 60 - 30)];
        float[] row = [.. x, .. Enumerable.Repeat(float.NegativeInfinity, Strips.Count(length) * Strips.Lanes - length)];

        (float max, float sum) = Exponential.SoftMax(row);

        max.ShouldBe(x.Max());
        ((double)sum).ShouldBe(x.Sum(value => Math.Exp(value - max)), 1e-5);
        for (int i = 0; i < length; i++)
            ((double)row[i]).ShouldBe(Math.Exp(x[i] - max), 1e-7);
    }
}
