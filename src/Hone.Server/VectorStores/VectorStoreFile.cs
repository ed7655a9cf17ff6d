using System.Text.Json;
using System.Text.Json.Serialization;
using Hone.Server.Http;
using Hone.Server.OpenApi;

namespace Hone.Server.VectorStores;

/// <summary>A file of a store: its text in parts, each with a vector, once it is completed.</summary>
public sealed record VectorStoreFile
{
    public const string InProgress = "in_progress";
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    /// <summary>Nobody sees it any more; its vectors are about to be deleted.</summary>
    internal const string Removed = "removed";

    /// <summary>The id of the file.</summary>
    public required string Id { get; init; }

    public required string Store { get; init; }

    public required string Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Another one each time that it is attached.</summary>
    public string Version { get; init; } = Ids.NewShort(12);

    public string? Batch { get; init; }

    /// <summary>What its sender knows of it: texts, numbers, true and false.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Attributes { get; init; }

    public required ChunkSizes Chunking { get; init; }

    /// <summary>How many parts there are.</summary>
    public int Chunks { get; init; }

    /// <summary>Of texts and vectors.</summary>
    public long UsageBytes { get; init; }

    public FileProblem? Problem { get; init; }

    internal VectorStoreFileView ToView() =>
        new(Id, UsageBytes, CreatedAt, Store, Status, Problem, new ChunkingView("static", Chunking), Attributes);
}

/// <summary>How a text is cut into parts.</summary>
/// <param name="MaxChunkSizeTokens">Tokens of a part at most.</param>
/// <param name="ChunkOverlapTokens">Tokens that a part shares with the one before.</param>
public sealed record ChunkSizes(int MaxChunkSizeTokens, int ChunkOverlapTokens);

/// <summary>Why a file could not be taken.</summary>
/// <param name="Code">One of server_error, unsupported_file, invalid_file.</param>
public sealed record FileProblem(string Code, string Message);

/// <summary>How a text was cut, as the HTTP interface shows it.</summary>
sealed record ChunkingView(string Type, [property: JsonPropertyName("static")] ChunkSizes Sizes);

/// <summary>A file of a store as the HTTP interface shows it.</summary>
sealed record VectorStoreFileView(
    string Id, long UsageBytes, DateTimeOffset CreatedAt, string VectorStoreId, string Status, FileProblem? LastError, ChunkingView ChunkingStrategy,
    [property: Shaped(typeof(FileAttributes), nameof(FileAttributes.Object))] IReadOnlyDictionary<string, JsonElement>? Attributes)
{
    public string Object { get; } = "vector_store.file";
}

/// <summary>Files that were attached together, as the HTTP interface shows them.</summary>
sealed record VectorStoreFileBatchView(string Id, DateTimeOffset CreatedAt, string VectorStoreId, string Status, FileCounts FileCounts)
{
    public string Object { get; } = "vector_store.files_batch";
}
