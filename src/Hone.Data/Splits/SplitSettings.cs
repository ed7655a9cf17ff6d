using Hone.Data.Quality.Similarity;

namespace Hone.Data.Splits;

/// <summary>How a file is split.</summary>
public sealed record SplitSettings
{
    /// <summary>Prompts that share less are not found reliably.</summary>
    public const double LowestSimilarity = NearDuplicates.LowestSimilarity;

    public const double DefaultSimilarity = NearDuplicates.DefaultSimilarity;

    public SplitRatios Ratios { get; init; } = SplitRatios.Default;

    public ulong Seed { get; init; } = 42;

    /// <summary>Whether every class has its share in every part; null: where the answers are classes.</summary>
    public bool? IsStratified { get; init; }

    /// <summary>The column of the class; null for the answer.</summary>
    public string? ClassColumn { get; init; }

    /// <summary>Rows with the same value here stay together.</summary>
    public string? GroupColumn { get; init; }

    /// <summary>Old rows are for training, new ones for the test.</summary>
    public string? TimeColumn { get; init; }

    /// <summary>The columns that rows are split by.</summary>
    public IReadOnlyList<string> Columns => [.. ((string?[])[ClassColumn, GroupColumn, TimeColumn]).OfType<string>()];

    /// <summary>Prompts that are this similar stay together; at 1 only those that are the same after normalisation; null: none.</summary>
    public double? Similarity { get; init; } = DefaultSimilarity;
}
