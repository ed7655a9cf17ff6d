namespace Hone.Engine.Training;

/// <summary>Texts as tokens, to be brought together or kept apart.</summary>
/// <param name="Anchor">What is searched for.</param>
/// <param name="Positive">What is to be found.</param>
/// <param name="Negatives">What must not be found although it looks like it; may be empty.</param>
/// <param name="Line">Where the example stands in its file, counted from 1.</param>
public sealed record ContrastiveExample(int[] Anchor, int[] Positive, IReadOnlyList<int[]> Negatives, int Line)
{
    /// <summary>All its texts: anchor, positive, negatives.</summary>
    public IEnumerable<int[]> Texts => [Anchor, Positive, .. Negatives];
}
