namespace Hone.Data.Pairs;

/// <summary>Two texts that belong together, and perhaps some that only look as if they did.</summary>
public sealed record TextPair(string Anchor, string Positive, IReadOnlyList<string> Negatives, int Line);
