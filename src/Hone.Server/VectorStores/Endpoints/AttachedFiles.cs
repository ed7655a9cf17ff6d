using System.Globalization;
using System.Text.Json;
using Hone.Server.Access;
using Hone.Server.Files;
using Hone.Server.Http;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>Files of a request that are to be attached to a store.</summary>
static class AttachedFiles
{
    /// <summary>The ids of a list; one that stands there twice counts once.</summary>
    /// <exception cref="ApiError">400: one is not a file of the caller's organisation.</exception>
    public static IReadOnlyList<string> Read(JsonFields body, string name, FileStore files, Caller caller) =>
    [
        .. (body.Array(name) ?? []).Select((id, i) =>
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]");
            return id.ValueKind == JsonValueKind.String ? Known(id.GetString()!, place, files, caller) : throw ApiError.Invalid($"{JsonFields.Shown(id.GetRawText())} is not of type 'string' - '{place}'", place, "invalid_type");
        }).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>The id of a file that the caller has.</summary>
    public static string Known(string id, string param, FileStore files, Caller caller) =>
        files.Find(id, caller.Organisation)?.Id ?? throw ApiError.Invalid($"No such File object: {JsonFields.Shown(id)}", param);

    public static VectorStoreFile New(string id, VectorStore store, DateTimeOffset now, ChunkSizes chunking, IReadOnlyDictionary<string, JsonElement>? attributes, string? batch = null) =>
        new() { Id = id, Store = store.Id, Status = VectorStoreFile.InProgress, CreatedAt = now, Chunking = chunking, Attributes = attributes, Batch = batch };
}
