namespace Hone.Data.Augmentation;

/// <summary>What came of augmenting a file.</summary>
/// <param name="Originals">Examples as they were.</param>
/// <param name="Added">New ones, by method.</param>
/// <param name="Unchanged">Examples that no method could word otherwise.</param>
/// <param name="WithoutPrompt">Examples without a prompt in plain text.</param>
/// <param name="HeldOut">Examples left alone because their prompt is in held-out data.</param>
/// <param name="NotChosen">Examples with another answer than the chosen ones.</param>
public sealed record AugmentResult(int Originals, IReadOnlyDictionary<string, int> Added, int Unchanged, int WithoutPrompt, int HeldOut, int NotChosen);
