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
        Dictionary<(string Store, string Id), (StorePassage Passage, ShownFile File)> best = [];
        foreach (VectorStore store in stores)
        {
            rows.Touch(store.Id);
            foreach ((StorePassage passage, ShownFile file) in await FindAsync(store, queries, count, filter, threshold, cancel))
            {
                if (passage.Score >= threshold && (!best.TryGetValue((passage.Store, passage.Id), out (StorePassage Passage, ShownFile File) known) || known.Passage.Score < passage.Score))
                    best[(passage.Store, passage.Id)] = (passage, file);
            }
        }

        return
        [
            .. best.Values.OrderByDescending(found => found.Passage.Score).ThenBy(found => found.Passage.Id, StringComparer.Ordinal).Take(count)
                .Select(found => new VectorStoreResult(found.Passage.File, found.File.Name, found.Passage.Score, found.File.Attributes, [new VectorStoreText(found.Passage.Text)])),
        ];
    }

    /// <summary>For each question the best parts of files that are shown; where parts of others take their places, it is asked again without these.</summary>
    async Task<IReadOnlyList<(StorePassage Passage, ShownFile File)>> FindAsync(VectorStore store, IReadOnlyList<string> queries, int count, VectorFilter? filter, double threshold, CancellationToken cancel)
    {
        using LoadedEmbedders.Rented rented = await embedder.RentAsync(store.Model, cancel);
        float[][] asked = await StoreEmbedder.EmbedQueriesAsync(rented, queries, cancel);
        Dictionary<string, ShownFile?> known = new(StringComparer.Ordinal);
        while (true)
        {
            string[] hidden = [.. known.Where(file => file.Value is null).Select(file => file.Key)];
            IReadOnlyList<StorePassage>[] found = await vectors.FindAsync(store.Id, asked, count, filter, hidden, cancel);
            List<(StorePassage Passage, ShownFile File)> shown = [];
            bool isEnough = true;
            foreach (IReadOnlyList<StorePassage> passages in found)
            {
                int before = shown.Count;
                foreach (StorePassage passage in passages)
                {
                    if (Shown(passage) is { } file)
                        shown.Add((passage, file));
                }

                isEnough &= shown.Count - before == passages.Count || passages.Count < count || passages[^1].Score < threshold;
            }

            if (isEnough)
                return shown;
        }

        ShownFile? Shown(StorePassage passage)
        {
            if (!known.TryGetValue(passage.File, out ShownFile? file))
                known.Add(passage.File, file = FileOf(passage, store.Organisation));
            return file;
        }
    }

    /// <summary>Null for a part of a file that was taken away, or is not there as a whole.</summary>
    ShownFile? FileOf(StorePassage passage, string organisation) =>
        rows.TryFindFile(passage.Store, passage.File) is { Status: VectorStoreFile.Completed } file && files.Find(passage.File, organisation) is { } stored
            ? new ShownFile(stored.Filename, file.Attributes)
            : null;

    /// <summary>What is shown of a file of which a part was found.</summary>
    sealed record ShownFile(string Name, IReadOnlyDictionary<string, JsonElement>? Attributes);
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
