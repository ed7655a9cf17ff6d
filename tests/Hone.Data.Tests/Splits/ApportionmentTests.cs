using FsCheck;
using FsCheck.Fluent;
using Hone.Data.Splits;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Splits;

public sealed class ApportionmentTests
{
    static readonly Gen<SplitRatios> Ratios =
        from train in Gen.Choose(1, 90)
        from valid in Gen.Choose(0, 40)
        from test in Gen.Choose(valid == 0 ? 1 : 0, 40)
        select SplitRatios.Parse($"{train}/{valid}/{test}");

    static readonly Gen<(int[] Sizes, SplitRatios Ratios)> Cases = Gen.Choose(1, 60).NonEmptyListOf().Select(sizes => sizes.ToArray()).Zip(Ratios, (sizes, ratios) => (sizes, ratios));

    [Fact]
    public void Every_count_is_its_exact_share_rounded_and_all_sums_are_right() =>
        Always.Holds(Cases, each =>
        {
            int[][] counts = Apportionment.Of(each.Sizes, each.Ratios.Shares);

            int[] wanted = LargestRemainders(each.Sizes.Sum(), each.Ratios);
            for (int part = 0; part < 3; part++)
                counts.Sum(row => row[part]).ShouldBe(wanted[part]);
            for (int i = 0; i < counts.Length; i++)
            {
                counts[i].Sum().ShouldBe(each.Sizes[i]);
                for (int part = 0; part < 3; part++)
                    Math.Abs(counts[i][part] - (double)(each.Sizes[i] * each.Ratios.Shares[part])).ShouldBeLessThan(1 + 1e-9);
            }
        }, tests: 1000);

    [Fact]
    public void Ten_rows_of_each_class_are_eight_one_and_one()
    {
        int[][] counts = Apportionment.Of([10, 10, 20], SplitRatios.Default.Shares);

        counts.ShouldBe([[8, 1, 1], [8, 1, 1], [16, 2, 2]]);
    }

    [Fact]
    public void A_third_of_three_rows_is_one() => Apportionment.Of([3, 3], SplitRatios.Parse("1/1/1").Shares).ShouldBe([[1, 1, 1], [1, 1, 1]]);

    [Theory]
    [InlineData("80/10/10", "80/10/10")]
    [InlineData("9/1", "90/10/0")]
    [InlineData("0.7/0.15/0.15", "70/15/15")]
    [InlineData("2 / 0 / 1", "66.67/0/33.33")]
    public void Ratios_are_any_numbers(string text, string expected) => SplitRatios.Parse(text).ToString().ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("80/10/10/1")]
    [InlineData("80/-10/30")]
    [InlineData("0/50/50")]
    [InlineData("100/0/0")]
    [InlineData("a/b")]
    [InlineData("80,5/10/9,5")]
    [InlineData("1e3/1")]
    [InlineData("99999999999999999999999999/1")]
    public void Other_ratios_are_refused(string text) => Should.Throw<Engine.HoneException>(() => SplitRatios.Parse(text)).Message.ShouldContain("80/10/10");

    [Theory]
    [InlineData(0, "90/10/0")]
    [InlineData(20, "70/10/20")]
    public void The_test_can_have_another_share(int percent, string expected) => SplitRatios.Default.WithTest(percent).ToString().ShouldBe(expected);

    [Theory]
    [InlineData(-1)]
    [InlineData(90)]
    [InlineData(1000)]
    public void Training_does_not_go_empty(int percent) => Should.Throw<Engine.HoneException>(() => SplitRatios.Default.WithTest(percent)).Message.ShouldContain("90");

    /// <summary>The definition, slowly: round down, then one more for the largest remainders.</summary>
    static int[] LargestRemainders(int rows, SplitRatios ratios)
    {
        decimal[] exact = [.. ratios.Shares.Select(share => Math.Round(rows * share, 12))];
        int[] counts = [.. exact.Select(value => (int)Math.Floor(value))];
        while (counts.Sum() < rows)
        {
            int best = Enumerable.Range(0, 3).Where(part => counts[part] == (int)Math.Floor(exact[part])).MaxBy(part => exact[part] - counts[part]);
            counts[best]++;
        }
        return counts;
    }
}
