namespace Hone.Data.Deduplication;

/// <summary>What became of the rows.</summary>
/// <param name="Near">How many of the dropped rows were not the same as an earlier one, but nearly.</param>
public sealed record DedupeResult(int Kept, int Dropped, int Near);
