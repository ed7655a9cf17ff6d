namespace Hone.Data.Labelling;

/// <summary>What became of the rows.</summary>
/// <param name="Labelled">Rows with an answer of the stronger model.</param>
/// <param name="Kept">Rows that had a value already.</param>
/// <param name="Unlabelled">The first rows without an answer, and why.</param>
/// <param name="UnlabelledCount">All of them.</param>
public sealed record LabelResult(int Labelled, int Kept, IReadOnlyList<(int Line, string Reason)> Unlabelled, int UnlabelledCount);
