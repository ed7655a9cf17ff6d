using System.Text.Json;
using Hone.Server.Embeddings;
using Hone.Server.Files;
using Hone.Server.VectorStores.Indexes;
using Hone.Server.VectorStores.Ingestion;

namespace Hone.Server.VectorStores;

/// <summary>Finds the parts of files that are nearest to questions.</summary>
sealed class VectorStoreSearch(VectorStoreRows rows, StoreVectors vectors, StoreEmbedder embedder, FileStore files)
{
    public const int MaxResults = 50;

    /// <summary>The best parts of some stores for some questions, the best first; a part that several questions find has its best score.</summary>
    /// <param name="threshold">The least score.</param>
    /// <exception cref="Http.ApiError">404 for a store that is not there, 400 for one whose time is over, 429 when too much waits.</exception>
    public async Task<IReadOnlyList<VectorStoreResult>> FindAsync(
        IReadOnlyList<VectorStore> stores, IReadOnlyList<string> queries, int count, VectorFilter? filter, double threshold, CancellationToken cancel)
    {
        Dictionary<(string Store, string Id), StorePassage> best = [];
        foreach (VectorStore store in stores)
        {
            rows.Touch(store.Id);
            foreach (StorePassage passage in (await FindAsync(store, queries, count, filter, cancel)).SelectMany(found => found))
            {
                if (passage.Score >= threshold && (!best.TryGetValue((passage.Store, passage.Id), out StorePassage? known) || known.Score < passage.Score))
                    best[(passage.Store, passage.Id)] = passage;
            }
        }

        return
        [
            .. best.Values.OrderByDescending(passage => passage.Score).ThenBy(passage => passage.Id, StringComparer.Ordinal)
                .Select(passage => ResultOf(passage, stores[0].Organisation)).OfType<VectorStoreResult>().Take(count),
        ];
    }

    async Task<IReadOnlyList<StorePassage>[]> FindAsync(VectorStore store, IReadOnlyList<string> queries, int count, VectorFilter? filter, CancellationToken cancel)
    {
        using LoadedEmbedders.Rented rented = await embedder.RentAsync(store.Model, cancel);
        float[][] asked = await StoreEmbedder.EmbedQueriesAsync(rented, queries, cancel);
        return await vectors.FindAsync(store.Id, asked, count, filter, cancel);
    }

    /// <summary>Null for a part of a file that was taken away, or is not there as a whole.</summary>
    VectorStoreResult? ResultOf(StorePassage passage, string organisation) =>
        rows.TryFindFile(passage.Store, passage.File) is { Status: VectorStoreFile.Completed } file && files.Find(passage.File, organisation) is { } stored
            ? new VectorStoreResult(passage.File, stored.Filename, passage.Score, file.Attributes, [new VectorStoreText(passage.Text)])
            : null;
}

/// <summary>A part of a file that was found, as the HTTP interface shows it.</summary>
sealed record VectorStoreResult(
    string FileId, string Filename, double Score,
    [property: OpenApi.Shaped(typeof(FileAttributes), nameof(FileAttributes.Object))] IReadOnlyDictionary<string, JsonElement>? Attributes, IReadOnlyList<VectorStoreText> Content);

/// <summary>A text of a file.</summary>
sealed record VectorStoreText(string Text)
{
    public string Type { get; } = "text";
}
