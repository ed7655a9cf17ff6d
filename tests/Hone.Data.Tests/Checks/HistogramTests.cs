using Hone.Data.Checks;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Checks;

public class HistogramTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(997)]
    public void Quantiles_are_those_of_the_sorted_numbers(int count)
    {
        Random random = new(count);
        int[] numbers = [.. Enumerable.Range(0, count).Select(_ => random.Next(0, 3) == 0 ? random.Next(100_000) : random.Next(50))];

        Distribution summary = Of(numbers).Summarise()!;

        (summary.Count, summary.Total, summary.Min, summary.Max).ShouldBe((count, numbers.Sum(number => (long)number), numbers.Min(), numbers.Max()));
        summary.Mean.ShouldBe(numbers.Average(), 1e-6);
        summary.Median.ShouldBe(Quantile(numbers, 0.5), 1e-6);
        summary.Q10.ShouldBe(Quantile(numbers, 0.1), 1e-6);
        summary.Q90.ShouldBe(Quantile(numbers, 0.9), 1e-6);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(0, 23)]
    [InlineData(7, 5_000)]
    [InlineData(0, int.MaxValue)]
    public void Every_number_is_in_one_bar(int min, int max)
    {
        Random random = new(5);
        int[] numbers = [min, max, .. Enumerable.Range(0, 100).Select(_ => (int)random.NextInt64(min, (long)max + 1))];

        IReadOnlyList<Bar> bars = Of(numbers).Summarise()!.Bars;

        bars.Count.ShouldBeLessThanOrEqualTo(33);
        bars.Skip(1).Zip(bars).ShouldAllBe(pair => pair.First.From == pair.Second.To + 1);
        foreach (Bar bar in bars)
            bar.Count.ShouldBe(numbers.Count(number => number >= bar.From && number <= bar.To));
        bars.Sum(bar => bar.Count).ShouldBe(numbers.Length);
    }

    [Fact]
    public void A_tail_that_is_far_out_gets_bars_that_double()
    {
        IReadOnlyList<Bar> bars = Of([26, 29, 45, 110, 8032]).Summarise()!.Bars;

        bars.Where(bar => bar.Count > 0).ShouldBe([new Bar(16, 31, 2), new Bar(32, 63, 1), new Bar(64, 127, 1), new Bar(4096, 8191, 1)]);
    }

    [Fact]
    public void Totals_up_to_a_limit_and_counts_above_it_are_exact()
    {
        Histogram histogram = Of([1, 5, 5, 9]);

        histogram.TotalUpTo(5).ShouldBe(16);
        histogram.CountAbove(5).ShouldBe(1);
        histogram.CountAbove(4).ShouldBe(3);
    }

    [Fact]
    public void Parts_add_up_to_the_whole()
    {
        Histogram whole = Of([1, 2, 2, 70]);
        Histogram parts = Of([2, 70]);

        parts.Add(Of([1, 2]));

        parts.Summarise()!.Bars.ShouldBe(whole.Summarise()!.Bars);
        (parts.Count, parts.Total).ShouldBe((whole.Count, whole.Total));
        new Histogram().Summarise().ShouldBeNull();
    }

    static Histogram Of(int[] numbers)
    {
        Histogram histogram = new();
        foreach (int number in numbers)
            histogram.Add(number);
        return histogram;
    }

    /// <summary>numpy.quantile: between the numbers at ⌊q·(n − 1)⌋ and the one after it.</summary>
    internal static double Quantile(int[] numbers, double q)
    {
        int[] sorted = [.. numbers.Order()];
        double position = q * (sorted.Length - 1);
        int below = (int)position;
        return below + 1 == sorted.Length ? sorted[below] : sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below]));
    }
}
