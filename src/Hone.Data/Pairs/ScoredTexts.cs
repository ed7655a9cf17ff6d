namespace Hone.Data.Pairs;

/// <summary>Two texts, and a number that is larger the more they are alike.</summary>
public sealed record ScoredTexts(string First, string Second, double Score, int Line);
