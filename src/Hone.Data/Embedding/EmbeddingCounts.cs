using Hone.Data.Mapping;

namespace Hone.Data.Embedding;

/// <summary>What there is to embed in a file.</summary>
/// <param name="Rows">Those that get a vector.</param>
/// <param name="Tokens">That the model reads of them, without those that its tokenizer adds.</param>
/// <param name="Empty">Rows without a text, which are left out.</param>
/// <param name="TooLong">Rows with more tokens than the model reads at once, which are cut or read in windows.</param>
/// <param name="Columns">Every member that any of the rows has, in the order in which they appear.</param>
public sealed record EmbeddingCounts(long Rows, long Tokens, LinePlaces Empty, LinePlaces TooLong, IReadOnlyList<string> Columns);
