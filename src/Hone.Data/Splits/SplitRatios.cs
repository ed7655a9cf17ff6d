using System.Globalization;
using Hone.Engine;

namespace Hone.Data.Splits;

/// <summary>How large the parts of a split are, as shares that add up to 1; a part of share 0 is left out.</summary>
public sealed record SplitRatios
{
    /// <summary>80/10/10.</summary>
    public static readonly SplitRatios Default = new(0.8m, 0.1m, 0.1m);

    SplitRatios(params decimal[] shares) => Shares = shares;

    /// <summary>Whether they were given as percents, or as shares of 1.</summary>
    public bool IsWhole { get; private init; } = true;

    /// <summary>The shares of training, validation and test.</summary>
    public IReadOnlyList<decimal> Shares { get; }

    /// <param name="text">Such as <c>80/10/10</c>, <c>9/1</c> or <c>0.7/0.15/0.15</c>: any numbers, their sum is the whole. Without a third one there is no test part.</param>
    /// <exception cref="HoneException">The text is no such thing.</exception>
    public static SplitRatios Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<decimal> numbers = [];
        foreach (string part in text.Split('/'))
        {
            if (!decimal.TryParse(part, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out decimal number) || number > 1_000_000)
                throw NoRatios(text);
            numbers.Add(number);
        }
        decimal sum = numbers.Sum();
        if (numbers.Count is < 2 or > 3 || numbers[0] == 0 || numbers.Count(number => number > 0) < 2)
            throw NoRatios(text);
        return new SplitRatios([.. numbers.Concat([0m]).Take(3).Select(number => number / sum)]) { IsWhole = sum is 1 or 100 };
    }

    /// <summary>The same with another share for the test; training gives or takes the difference.</summary>
    /// <param name="percent">From 0, which leaves the test out.</param>
    public SplitRatios WithTest(decimal percent)
    {
        decimal test = percent / 100;
        decimal train = 1 - test - Shares[1];
        return percent >= 0 && train > 0 && test + Shares[1] > 0
            ? new SplitRatios(train, Shares[1], test) { IsWhole = IsWhole }
            : throw new HoneException(Text.Of(
                FormattableString.Invariant($"A test part of {percent} % leaves nothing for training or nothing to split. Name a share from 0 up to, but not including, {100 * (1 - Shares[1]):0.##}."),
                FormattableString.Invariant($"测试集占 {percent} % 时没有训练数据，或无需划分。请给出不小于 0 且小于 {100 * (1 - Shares[1]):0.##} 的比例。")));
    }

    public override string ToString() => string.Join('/', Shares.Select(share => (share * 100).ToString("0.##", CultureInfo.InvariantCulture)));

    static HoneException NoRatios(string text) =>
        new(Text.Of($"{text} are no ratios. Write them like 80/10/10, or 90/10 without a test part.", $"{text} 不是比例。请写成 80/10/10 的形式；不要测试集时写 90/10。"));
}
