using Hone.Engine.Embedding;

namespace Hone.Data.Embedding;

/// <summary>How the rows of a file become vectors.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>The length of the vectors: the first numbers of the whole ones, made of length 1 again. Null for whole ones.</summary>
    public int? Dimensions { get; init; }

    public TooLong TooLong { get; init; }

    /// <summary>The name of the model's own text that is put before each text, such as <c>query</c>; null for its default.</summary>
    public string? Prompt { get; init; }

    /// <summary>Whether rows without a text are left out; else they are an error.</summary>
    public bool SkipsEmpty { get; init; }
}
