using System.Globalization;
using System.Text.Json;
using Hone.Data.Vectors;
using Hone.Server.VectorStores.BuiltIn;
using Hone.Server.VectorStores.Copying;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores;

/// <summary>The parts of files with their vectors, in the built-in index: a collection for each store.</summary>
sealed class StoreVectors(BuiltInIndex index)
{
    const string TextKey = "text", FileKey = "file";

    /// <summary>What an attribute is called there, where the parts' own values are too.</summary>
    public static string KeyOf(string attribute) => "attribute." + attribute;

    /// <summary>Puts in parts of a file, the first of them with a number.</summary>
    /// <param name="model">That made the vectors, which each record says, as those of <c>hone vectors load</c>.</param>
    public async Task PutAsync(VectorStoreFile file, int first, IReadOnlyList<string> texts, float[][] vectors, VectorModel model, CancellationToken cancel)
    {
        VectorCollection collection = new(file.Store, vectors[0].Length, VectorMetric.Cosine);
        if (await index.FindAsync(file.Store, cancel) is null)
            await index.CreateAsync(collection, cancel);
        string written = (model with { Texts = $"{{{TextKey}}}" }).Written;
        await index.UpsertAsync(collection, [.. texts.Select((text, i) => new VectorRecord(IdOf(file.Id, first + i), vectors[i], Metadata(file, text, written)))], cancel);
    }

    /// <summary>The vectors that parts of a file have already, the first of them with a number; null unless all of them are there with these texts, by this model.</summary>
    public async Task<float[][]?> FindVectorsAsync(VectorStoreFile file, int first, IReadOnlyList<string> texts, VectorModel model, CancellationToken cancel)
    {
        if (await index.FindAsync(file.Store, cancel) is not { } collection)
            return null;
        IReadOnlyList<VectorRecord> records = await index.FetchAsync(collection, Ids(file.Id, first, texts.Count), cancel);
        bool areThere = records.Select(record => TextOf(record.Metadata)).SequenceEqual(texts, StringComparer.Ordinal)
            && records.All(record => ModelOf(record.Metadata) is { } written && VectorModel.Parse(written)?.IsSame(model) == true);
        return areThere ? [.. records.Select(record => record.Vector)] : null;
    }

    /// <summary>Gives the parts of a file its attributes.</summary>
    public async Task SetAttributesAsync(VectorStoreFile file, CancellationToken cancel)
    {
        if (await index.FindAsync(file.Store, cancel) is { } collection)
        {
            IReadOnlyList<VectorRecord> records = await index.FetchAsync(collection, Ids(file.Id, 0, file.Chunks), cancel);
            await index.UpsertAsync(collection, [.. records.Select(record => record with { Metadata = Metadata(file, TextOf(record.Metadata), ModelOf(record.Metadata)) })], cancel);
        }
    }

    /// <summary>The texts of a file's parts, in order.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync(VectorStoreFile file, CancellationToken cancel) =>
        await index.FindAsync(file.Store, cancel) is { } collection
            ? [.. (await index.FetchAsync(collection, Ids(file.Id, 0, file.Chunks), cancel)).Select(record => TextOf(record.Metadata))]
            : [];

    /// <summary>Deletes the parts of a file from a number on.</summary>
    public async Task DeleteAsync(string store, string file, int first, CancellationToken cancel)
    {
        const int AtOnce = 1024;
        if (await index.FindAsync(store, cancel) is not { } collection)
            return;
        // Of a file that was interrupted nobody knows how many there are: they are numbered without a gap.
        for (int part = first; ; part += AtOnce)
        {
            string[] ids = Ids(file, part, AtOnce);
            if ((await index.FetchAsync(collection, ids, cancel)).Count == 0)
                return;
            await index.DeleteAsync(collection, ids, cancel);
        }
    }

    public Task DropAsync(string store, CancellationToken cancel) => index.DropAsync(store, cancel);

    /// <summary>The stores that there are vectors of.</summary>
    public async Task<IReadOnlyList<string>> StoresAsync(CancellationToken cancel) => [.. (await index.ListAsync(cancel)).Select(collection => collection.Name)];

    /// <summary>The parts that are nearest to each of some vectors.</summary>
    /// <param name="without">Files whose parts do not come into question.</param>
    public async Task<IReadOnlyList<StorePassage>[]> FindAsync(string store, float[][] vectors, int count, VectorFilter? filter, IReadOnlyCollection<string> without, CancellationToken cancel)
    {
        if (await index.FindAsync(store, cancel) is not { } collection)
            return [.. vectors.Select(_ => (IReadOnlyList<StorePassage>)[])];
        VectorFilter? wanted = filter;
        if (without.Count > 0)
        {
            VectorFilter.NotIn others = new(FileKey, [.. without.Select(file => (MetadataValue)file)]);
            wanted = filter is null ? others : new VectorFilter.And([filter, others]);
        }

        IReadOnlyList<VectorMatch>[] found = await index.QueryAsync(collection, vectors, count, wanted);
        return [.. found.Select(matches => (IReadOnlyList<StorePassage>)[.. matches.Select(match => new StorePassage(store, match.Metadata[FileKey].Text!, match.Id, Math.Clamp(match.Score, 0, 1), TextOf(match.Metadata)))])];
    }

    static string IdOf(string file, int part) => string.Create(CultureInfo.InvariantCulture, $"{file}/{part}");

    static string[] Ids(string file, int first, int count) => [.. Enumerable.Range(first, count).Select(part => IdOf(file, part))];

    static string TextOf(IReadOnlyDictionary<string, MetadataValue> metadata) => metadata[TextKey].Text!;

    /// <summary>Null in records that an earlier version made.</summary>
    static string? ModelOf(IReadOnlyDictionary<string, MetadataValue> metadata) => metadata.TryGetValue(FileRecords.ModelKey, out MetadataValue model) ? model.Text : null;

    static Dictionary<string, MetadataValue> Metadata(VectorStoreFile file, string text, string? model)
    {
        Dictionary<string, MetadataValue> metadata = new(StringComparer.Ordinal) { [FileKey] = file.Id, [TextKey] = text };
        if (model is not null)
            metadata[FileRecords.ModelKey] = model;
        foreach ((string name, JsonElement value) in file.Attributes ?? new Dictionary<string, JsonElement>())
            metadata[KeyOf(name)] = FileAttributes.ValueOf(value);
        return metadata;
    }
}

/// <summary>A part of a file that was found.</summary>
/// <param name="Score">The cosine of question and part, from 0 to 1: less than 0 counts as 0.</param>
sealed record StorePassage(string Store, string File, string Id, double Score, string Text);
