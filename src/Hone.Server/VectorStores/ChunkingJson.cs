using Hone.Server.Http;
using Hone.Server.OpenApi;

namespace Hone.Server.VectorStores;

/// <summary><c>chunking_strategy</c>: how the texts of files are cut into parts.</summary>
static class ChunkingJson
{
    const string Name = "chunking_strategy", Size = "max_chunk_size_tokens", Overlap = "chunk_overlap_tokens";

    /// <summary>What is done when nothing is said.</summary>
    public static readonly ChunkSizes Auto = new(800, 400);

    static readonly ObjectShape Static = Shape.Closed(Field.Required(Size, Shape.Whole(100, 4096)), Field.Required(Overlap, Shape.Whole(0, 2048), "At most half of the size."));

    static readonly ObjectShape Object = Shape.Closed(
        Field.Required("type", Shape.OneOf("auto", "static")), Field.Optional("static", Static, "With the type static.")).Named("ChunkingStrategy");

    public static readonly Field Field = Field.Optional(Name, Object, "Parts of 800 tokens of the embedding model, of which each shares 400 with the one before, unless it says otherwise.");

    public static ChunkSizes Read(JsonFields body)
    {
        if (body.Object(Name) is not { } strategy)
            return Auto;
        strategy.RefuseOthers();
        if (strategy.RequiredString("type") == "auto")
            return strategy.Has("static") ? throw ApiError.Invalid($"The chunking strategy 'auto' has no sizes. - '{Name}.static'", $"{Name}.static") : Auto;
        JsonFields sizes = strategy.RequiredObject("static");
        sizes.RefuseOthers();
        ChunkSizes chunking = new((int)sizes.RequiredInteger(Size), (int)sizes.RequiredInteger(Overlap));
        return chunking.ChunkOverlapTokens * 2 <= chunking.MaxChunkSizeTokens
            ? chunking
            : throw ApiError.Invalid($"{Overlap} must be at most half of {Size}. - '{Name}.static.{Overlap}'", $"{Name}.static.{Overlap}");
    }
}
