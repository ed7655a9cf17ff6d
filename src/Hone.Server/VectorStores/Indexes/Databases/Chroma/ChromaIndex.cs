using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Hone.Server.VectorStores.Indexes.Databases.Chroma;

/// <summary>Collections of Chroma, over version 2 of its HTTP interface (<c>/openapi.json</c> of a server describes it).</summary>
sealed class ChromaIndex : IVectorIndex
{
    const string KeyVariable = "CHROMA_API_KEY";

    // Where Chroma is a service it takes and gives no more records at once.
    const int MostRecords = 300;
    const int PageSize = MostRecords;

    // Chroma looks at this many neighbours at least: its own 100 finds nine of ten.
    const int SearchEffort = 200;

    // Members of a collection's metadata that are ours.
    const string NameMember = "hone_name";
    const string DimensionsMember = "hone_dimensions";

    static readonly MongoFilter Filters = new(ChromaNames.Keys, hasPoint: true, hasExists: false);

    readonly DatabaseHttp _http;
    readonly string _root;

    /// <param name="address"><c>//HOST:PORT[/TENANT/DATABASE]</c></param>
    /// <param name="handler">Carries the requests; null for the network.</param>
    public ChromaIndex(string address, HttpMessageHandler? handler = null)
    {
        var place = DatabaseAddress.Parse(address, "chroma", KeyVariable, 8000, ["TENANT", "DATABASE"]);
        _http = new DatabaseHttp("Chroma", place.Http, DatabaseKey.OfHeader(KeyVariable), KeyVariable, "x-chroma-token", handler);
        (string tenant, string database) = place.Path is [{ } first, { } second] ? (first, second) : ("default_tenant", "default_database");
        _root = $"/api/v2/tenants/{DatabaseHttp.Escape(tenant)}/databases/{DatabaseHttp.Escape(database)}/collections";
    }

    public bool Supports(VectorMetric metric) => true;

    public async Task CreateAsync(VectorCollection collection, CancellationToken cancel)
    {
        collection.Check();
        if (await FindAsync(collection.Name, cancel) is not null)
            throw collection.Exists();
        await _http.SendAsync(HttpMethod.Post, _root, json =>
        {
            json.WriteString("name", ChromaNames.Collections.Of(collection.Name));
            json.WriteStartObject("configuration");
            json.WriteStartObject("hnsw");
            json.WriteString("space", collection.Metric switch { VectorMetric.Cosine => "cosine", VectorMetric.DotProduct => "ip", _ => "l2" });
            json.WriteNumber("ef_search", SearchEffort);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartObject("metadata");
            json.WriteString(NameMember, collection.Name);
            json.WriteNumber(DimensionsMember, collection.Dimensions);
            json.WriteEndObject();
        }, cancel);
    }

    public async Task<VectorCollection?> FindAsync(string name, CancellationToken cancel) =>
        name.Length > 0 && await _http.FindAsync(HttpMethod.Get, PathOf(name), null, cancel) is { } found ? CollectionOf(found) : null;

    public async Task<IReadOnlyList<VectorCollection>> ListAsync(CancellationToken cancel)
    {
        List<VectorCollection> collections = [];
        while (true)
        {
            JsonElement page = await _http.SendAsync(HttpMethod.Get, $"{_root}?limit={PageSize}&offset={collections.Count}", null, cancel);
            collections.AddRange(page.Elements().Select(CollectionOf));
            if (page.Elements().Count() < PageSize)
                return collections;
        }
    }

    public async Task<bool> DropAsync(string name, CancellationToken cancel) => await _http.FindAsync(HttpMethod.Delete, PathOf(name), null, cancel) is not null;

    public async Task UpsertAsync(VectorCollection collection, IReadOnlyList<VectorRecord> records, CancellationToken cancel)
    {
        collection.Check(records);
        string path = await IdPathAsync(collection, cancel);
        foreach (IReadOnlyList<VectorRecord> batch in RecordBatches.Of(records, MostRecords))
        {
            Dictionary<string, string[]> before = await NamesOfAsync(path, batch, cancel);
            await _http.SendAsync(HttpMethod.Post, $"{path}/upsert", json => Write(json, batch, before), cancel);
        }
    }

    public async Task<IReadOnlyList<VectorMatch>> QueryAsync(VectorCollection collection, VectorQuery query, CancellationToken cancel)
    {
        collection.Check(query);
        string path = await IdPathAsync(collection, cancel);
        PlainFilter filter = PlainFilter.Of(query.Filter);
        if (filter.Constant == false)
            return [];
        JsonElement found = await _http.SendAsync(HttpMethod.Post, $"{path}/query", json =>
        {
            json.WriteStartArray("query_embeddings");
            json.WriteVector(query.Vector);
            json.WriteEndArray();
            json.WriteNumber("n_results", query.Count);
            json.WriteStrings("include", ["distances", "metadatas"]);
            json.WriteFilter("where", filter, Filters.Write);
        }, cancel);

        JsonElement ids = found.Member("ids").At(0), distances = found.Member("distances").At(0), metadatas = found.Member("metadatas").At(0);
        return
        [
            .. Enumerable.Range(0, ids.Elements().Count()).Select(i => new VectorMatch(
                ids.At(i).String(),
                collection.Metric == VectorMetric.Euclidean ? Math.Sqrt(Math.Max(0, distances.At(i).Number())) : 1 - distances.At(i).Number(),
                MetadataOf(metadatas.At(i)))),
        ];
    }

    public async Task<IReadOnlyList<VectorRecord>> FetchAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        string path = await IdPathAsync(collection, cancel);
        List<VectorRecord> found = [];
        foreach (string[] part in ids.Distinct().Chunk(PageSize))
            found.AddRange(RecordsOf(await GetAsync(path, json => json.WriteStrings("ids", part), "embeddings", cancel)));
        return RecordBatches.InOrder(ids, found);
    }

    public async IAsyncEnumerable<VectorRecord> ScanAsync(VectorCollection collection, [EnumeratorCancellation] CancellationToken cancel)
    {
        string path = await IdPathAsync(collection, cancel);
        for (int offset = 0; ; offset += PageSize)
        {
            int count = 0, from = offset;
            foreach (VectorRecord record in RecordsOf(await GetAsync(path, json => { json.WriteNumber("limit", PageSize); json.WriteNumber("offset", from); }, "embeddings", cancel)))
            {
                yield return record;
                count++;
            }

            if (count < PageSize)
                yield break;
        }
    }

    public async Task DeleteAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        string path = await IdPathAsync(collection, cancel);
        foreach (string[] part in ids.Chunk(PageSize))
        {
            await _http.SendAsync(HttpMethod.Post, $"{path}/delete", json =>
            {
                json.WriteStrings("ids", part);
            }, cancel);
        }
    }

    public async Task<long> CountAsync(VectorCollection collection, CancellationToken cancel) =>
        (await _http.SendAsync(HttpMethod.Get, $"{await IdPathAsync(collection, cancel)}/count", null, cancel)).Whole();

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    string PathOf(string name) => $"{_root}/{DatabaseHttp.Escape(ChromaNames.Collections.Of(name))}";

    /// <summary>Records are reached by the id that Chroma gave the collection.</summary>
    async Task<string> IdPathAsync(VectorCollection collection, CancellationToken cancel) =>
        await _http.FindAsync(HttpMethod.Get, PathOf(collection.Name), null, cancel) is { } found ? $"{_root}/{found.String("id")}" : throw collection.NotFound();

    /// <summary>An upsert leaves metadata that it does not name, so that what a record had before must be known to be taken away.</summary>
    async Task<Dictionary<string, string[]>> NamesOfAsync(string path, IReadOnlyList<VectorRecord> batch, CancellationToken cancel)
    {
        JsonElement found = await GetAsync(path, json => json.WriteStrings("ids", batch.Select(record => record.Id)), "metadatas", cancel);
        JsonElement metadatas = found.Member("metadatas");
        return found.Member("ids").Elements().Select((id, i) => (Id: id.String(), Metadata: metadatas.At(i)))
            .Where(each => each.Metadata.ValueKind == JsonValueKind.Object)
            .ToDictionary(each => each.Id, each => each.Metadata.EnumerateObject().Select(member => member.Name).ToArray(), StringComparer.Ordinal);
    }

    Task<JsonElement> GetAsync(string path, Action<Utf8JsonWriter> which, string include, CancellationToken cancel) =>
        _http.SendAsync(HttpMethod.Post, $"{path}/get", json =>
        {
            which(json);
            json.WriteStrings("include", include == "metadatas" ? [include] : ["metadatas", include]);
        }, cancel);

    /// <summary>The members of an upsert.</summary>
    static void Write(Utf8JsonWriter json, IReadOnlyList<VectorRecord> batch, Dictionary<string, string[]> before)
    {
        json.WriteStrings("ids", batch.Select(record => record.Id));
        json.WriteStartArray("embeddings");
        foreach (VectorRecord record in batch)
            json.WriteVector(record.Vector);
        json.WriteEndArray();
        json.WriteStartArray("metadatas");
        foreach (VectorRecord record in batch)
        {
            json.WriteStartObject();
            json.WriteMetadata(record.Metadata, ChromaNames.Keys.Of, hasPoint: true);
            foreach (string gone in before.GetValueOrDefault(record.Id, []).Except(record.Metadata.Keys.Select(ChromaNames.Keys.Of)))
                json.WriteNull(gone);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static IEnumerable<VectorRecord> RecordsOf(JsonElement found)
    {
        JsonElement ids = found.Member("ids"), embeddings = found.Member("embeddings"), metadatas = found.Member("metadatas");
        return Enumerable.Range(0, ids.Elements().Count()).Select(i => new VectorRecord(ids.At(i).String(), embeddings.At(i).Vector(ids.At(i).String()), MetadataOf(metadatas.At(i))));
    }

    static Dictionary<string, MetadataValue> MetadataOf(JsonElement metadata) => metadata.Metadata(nameOf: ChromaNames.Keys.Back);

    /// <summary>A collection that others made has no dimensions before its first record.</summary>
    static VectorCollection CollectionOf(JsonElement found)
    {
        Dictionary<string, MetadataValue> own = found.Has("metadata", out JsonElement metadata) ? metadata.Metadata() : [];
        string foreign = found.String("name");
        JsonElement configuration = found.Member("configuration_json");
        string? space = ((string[])["hnsw", "spann"]).Select(kind => configuration.Has(kind, out JsonElement index) && index.Has("space", out JsonElement named) ? named.String() : null).FirstOrDefault(named => named is not null);
        int dimensions = found.Has("dimension", out JsonElement size) && size.ValueKind == JsonValueKind.Number ? size.Int32() : (int)(own.GetValueOrDefault(DimensionsMember).Number ?? 0);
        return new VectorCollection(
            own.TryGetValue(NameMember, out MetadataValue name) ? name.ToString() : ChromaNames.Collections.Back(foreign),
            dimensions,
            space switch { "cosine" => VectorMetric.Cosine, "ip" => VectorMetric.DotProduct, _ => VectorMetric.Euclidean });
    }
}
