namespace Hone.Data.Checks;

/// <summary>What numbers look like together. Quantiles are interpolated linearly, as numpy does.</summary>
public sealed record Distribution
{
    public required long Count { get; init; }

    public required long Total { get; init; }

    public required int Min { get; init; }

    public required int Max { get; init; }

    public required double Mean { get; init; }

    public required double Median { get; init; }

    public required double Q10 { get; init; }

    public required double Q90 { get; init; }

    /// <summary>The numbers in bars, one beside the other from the least number to the greatest.</summary>
    public required IReadOnlyList<Bar> Bars { get; init; }
}

/// <summary>How many numbers are from <c>From</c> to <c>To</c>, both included.</summary>
public sealed record Bar(int From, int To, long Count);
