namespace Hone.Data.Evaluation;

/// <summary>What the evaluation of an embedding model measured; null where the file has nothing to measure it by.</summary>
public sealed record EmbeddingQuality
{
    /// <summary>Pairs of texts.</summary>
    public required int Examples { get; init; }

    /// <summary>How well the cosines have the order of the scores. NaN where they have none.</summary>
    public double? Spearman { get; init; }

    /// <summary>Texts that were searched.</summary>
    public int? Candidates { get; init; }

    /// <summary>The share of texts whose partner came first.</summary>
    public double? First { get; init; }

    /// <summary>The mean of 1 / the partner's place.</summary>
    public double? ReciprocalRank { get; init; }
}
