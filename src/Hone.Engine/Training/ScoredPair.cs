namespace Hone.Engine.Training;

/// <summary>Two texts as tokens, and how alike they are.</summary>
/// <param name="Score">Larger for texts that are more alike; its unit does not matter.</param>
/// <param name="Line">Where the pair stands in its file, counted from 1.</param>
public sealed record ScoredPair(int[] First, int[] Second, float Score, int Line);
