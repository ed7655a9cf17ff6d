namespace Hone.Server.VectorStores.Indexes;

/// <summary>A vector with its id and what is known of it.</summary>
/// <param name="Id">Any text that is not empty.</param>
/// <param name="Metadata">By names that are not empty.</param>
public sealed record VectorRecord(string Id, float[] Vector, IReadOnlyDictionary<string, MetadataValue> Metadata);

/// <summary>A question for the nearest records.</summary>
/// <param name="Count">How many at most.</param>
/// <param name="Filter">Which records come into question, decided before the search; null for all.</param>
public sealed record VectorQuery(float[] Vector, int Count, VectorFilter? Filter = null);

/// <summary>A record that is near.</summary>
/// <param name="Score">What the collection's metric measures: the cosine, the dot product, or the Euclidean distance (not its square).</param>
public sealed record VectorMatch(string Id, double Score, IReadOnlyDictionary<string, MetadataValue> Metadata);
