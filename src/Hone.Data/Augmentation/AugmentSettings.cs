using Hone.Data.Augmentation.Words;

namespace Hone.Data.Augmentation;

/// <summary>How examples are multiplied.</summary>
public sealed record AugmentSettings
{
    public const double DefaultShare = 0.1;

    public const ulong DefaultSeed = 42;

    /// <summary>The methods there are, by the names they are called on the command line.</summary>
    public static readonly IReadOnlyList<string> LocalMethods = ["synonym", "swap", "delete"];

    /// <summary>Those that ask a model.</summary>
    public static readonly IReadOnlyList<string> AskingMethods = [.. Rewriting.All.Select(rewriting => rewriting.Name)];

    /// <summary>Used in turn.</summary>
    public IReadOnlyList<string> Methods { get; init; } = ["synonym"];

    public SynonymTable Synonyms { get; init; } = SynonymTable.BuiltIn;

    /// <summary>New examples for each one.</summary>
    public int Times { get; init; } = 1;

    /// <summary>How many of its words change, at least one.</summary>
    public double Share { get; init; } = DefaultShare;

    public ulong Seed { get; init; } = DefaultSeed;

    /// <summary>Only examples with one of these answers; empty for all.</summary>
    public IReadOnlyList<string> Answers { get; init; } = [];

    /// <summary>The most tokens of an answer, where a model is asked.</summary>
    public int MaxTokens { get; init; } = 1024;

    public double Temperature { get; init; }
}
