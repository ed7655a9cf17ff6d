using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Hone.Server.VectorStores.Indexes.Databases.Pinecone;

/// <summary>Indexes of Pinecone over its HTTP interface: a collection is a serverless index, its records are in the default namespace. Each index has a host of its own, which the control plane names.</summary>
/// <remarks>
/// Held against Pinecone's OpenAPI descriptions (<c>db_control</c> and <c>db_data</c> of the version below) and, for what scores mean, its guide. What was written is shown after some
/// seconds: here alone an acknowledged change need not be there for the next call. Only serverless indexes can be read as a whole.
/// </remarks>
sealed class PineconeIndex : IVectorIndex
{
    const string KeyVariable = "PINECONE_API_KEY";
    const string CloudVariable = "PINECONE_CLOUD";
    const string RegionVariable = "PINECONE_REGION";

    /// <summary>The version of the interface that these requests are written for, and were held against.</summary>
    const string Version = "2025-10";

    const string VersionHeader = "X-Pinecone-Api-Version";
    const string KeyHeader = "Api-Key";

    const int MostRecords = 500; // Of an upsert 1,000 and 2 MB.
    const int MostListed = 100;
    const int MostInAddress = 4000; // Characters of the ids that stand in the address of a request.
    const int MostDeleted = 1000;
    const int MostMatches = 10_000;
    const int TagLength = 100;
    const string NameTag = "hone-name-";

    static readonly MongoFilter Filters = new(PineconeNames.Keys, hasPoint: false, hasExists: true);

    readonly DatabaseAddress _place;
    readonly DatabaseHttp _control;
    readonly HttpMessageHandler? _handler;
    readonly string? _key = DatabaseKey.OfHeader(KeyVariable);
    readonly ConcurrentDictionary<string, DatabaseHttp> _hosts = new(StringComparer.Ordinal);

    /// <param name="address"><c>//api.pinecone.io</c>, or the host and port of Pinecone Local.</param>
    /// <param name="handler">Carries the requests; null for the network.</param>
    public PineconeIndex(string address, HttpMessageHandler? handler = null)
    {
        bool isLocal = address.StartsWith("//localhost", StringComparison.Ordinal) || address.StartsWith("//127.", StringComparison.Ordinal);
        _place = DatabaseAddress.Parse(address, "pinecone", KeyVariable, 5080, isSecure: !isLocal);
        _handler = handler;
        _control = Connect(_place.Http);
    }

    public bool Supports(VectorMetric metric) => true;

    public async Task CreateAsync(VectorCollection collection, CancellationToken cancel)
    {
        collection.Check();
        if (await FindAsync(collection.Name, cancel) is not null)
            throw collection.Exists();
        await _control.SendAsync(HttpMethod.Post, "/indexes", json =>
        {
            json.WriteString("name", PineconeNames.Indexes.Of(collection.Name));
            json.WriteNumber("dimension", collection.Dimensions);
            json.WriteString("metric", WordOf(collection.Metric));
            json.WriteStartObject("spec");
            json.WriteStartObject("serverless");
            json.WriteString("cloud", DatabaseKey.Of(CloudVariable) ?? "aws");
            json.WriteString("region", DatabaseKey.Of(RegionVariable) ?? "us-east-1");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteString("deletion_protection", "disabled");
            if (!PineconeNames.Indexes.IsSame(collection.Name))
                WriteName(json, collection.Name);
        }, cancel);
        await _control.WaitUntilReadyAsync(collection, async () => await DescribeAsync(collection.Name, cancel) is { } found && found.Member("status").Member("ready").GetBoolean(), cancel);
    }

    public async Task<VectorCollection?> FindAsync(string name, CancellationToken cancel) => name.Length > 0 && await DescribeAsync(name, cancel) is { } found ? CollectionOf(found) : null;

    public async Task<IReadOnlyList<VectorCollection>> ListAsync(CancellationToken cancel) =>
        [.. (await _control.SendAsync(HttpMethod.Get, "/indexes", null, cancel)).Member("indexes").Elements().Where(IsDense).Select(CollectionOf)];

    public async Task<bool> DropAsync(string name, CancellationToken cancel) => name.Length > 0 && await _control.FindAsync(HttpMethod.Delete, PathOf(name), null, cancel) is not null;

    public async Task UpsertAsync(VectorCollection collection, IReadOnlyList<VectorRecord> records, CancellationToken cancel)
    {
        collection.Check(records);
        DatabaseHttp http = await HostAsync(collection, cancel);
        foreach (IReadOnlyList<VectorRecord> batch in RecordBatches.Of(records, MostRecords))
        {
            await http.SendAsync(HttpMethod.Post, "/vectors/upsert", json =>
            {
                json.WriteStartArray("vectors");
                foreach (VectorRecord record in batch)
                    Write(json, record);
                json.WriteEndArray();
            }, cancel);
        }
    }

    public async Task<IReadOnlyList<VectorMatch>> QueryAsync(VectorCollection collection, VectorQuery query, CancellationToken cancel)
    {
        collection.Check(query, "Pinecone", MostMatches);
        DatabaseHttp http = await HostAsync(collection, cancel);
        PlainFilter filter = PlainFilter.Of(query.Filter);
        if (filter.Constant == false)
            return [];
        JsonElement found = await http.SendAsync(HttpMethod.Post, "/query", json =>
        {
            json.WritePropertyName("vector");
            json.WriteVector(query.Vector);
            json.WriteNumber("topK", query.Count);
            json.WriteBoolean("includeMetadata", true);
            json.WriteFilter("filter", filter, Filters.Write);
        }, cancel);
        return
        [
            .. found.List("matches").Select(match => new VectorMatch(
                IdOf(match.Member("id").GetString()!, match),
                // Of Euclidean distances Pinecone gives the square.
                collection.Metric == VectorMetric.Euclidean ? Math.Sqrt(Math.Max(0, match.Member("score").GetDouble())) : match.Member("score").GetDouble(),
                MetadataOf(match))),
        ];
    }

    public async Task<IReadOnlyList<VectorRecord>> FetchAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        DatabaseHttp http = await HostAsync(collection, cancel);
        return RecordBatches.InOrder(ids, await FetchAsync(http, ids.Distinct().Select(PineconeNames.OfId), cancel));
    }

    public async IAsyncEnumerable<VectorRecord> ScanAsync(VectorCollection collection, [EnumeratorCancellation] CancellationToken cancel)
    {
        DatabaseHttp http = await HostAsync(collection, cancel);
        string? next = "";
        while (next is not null)
        {
            JsonElement page = await http.SendAsync(HttpMethod.Get, $"/vectors/list?limit={MostListed.ToString(CultureInfo.InvariantCulture)}{(next.Length > 0 ? $"&paginationToken={DatabaseHttp.Escape(next)}" : "")}", null, cancel);
            foreach (VectorRecord record in await FetchAsync(http, page.List("vectors").Select(each => each.Member("id").GetString()!), cancel))
                yield return record;

            next = page.TryGetProperty("pagination", out JsonElement pagination) && pagination.ValueKind == JsonValueKind.Object && pagination.TryGetProperty("next", out JsonElement token) ? token.GetString() : null;
        }
    }

    public async Task DeleteAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        DatabaseHttp http = await HostAsync(collection, cancel);
        foreach (string[] part in ids.Select(PineconeNames.OfId).Chunk(MostDeleted))
        {
            await http.FindAsync(HttpMethod.Post, "/vectors/delete", json =>
            {
                json.WriteStrings("ids", part);
            }, cancel);
        }
    }

    public async Task<long> CountAsync(VectorCollection collection, CancellationToken cancel)
    {
        DatabaseHttp http = await HostAsync(collection, cancel);
        JsonElement found = await http.SendAsync(HttpMethod.Post, "/describe_index_stats", _ => { }, cancel);
        return found.TryGetProperty("namespaces", out JsonElement namespaces) && (namespaces.TryGetProperty("", out JsonElement own) || namespaces.TryGetProperty("__default__", out own)) && own.TryGetProperty("vectorCount", out JsonElement count) ? count.GetInt64() : 0;
    }

    public ValueTask DisposeAsync()
    {
        _control.Dispose();
        foreach (DatabaseHttp host in _hosts.Values)
            host.Dispose();
        return ValueTask.CompletedTask;
    }

    static string WordOf(VectorMetric metric) => metric switch { VectorMetric.Cosine => "cosine", VectorMetric.DotProduct => "dotproduct", _ => "euclidean" };

    static string PathOf(string name) => $"/indexes/{PineconeNames.Indexes.Of(name)}";

    DatabaseHttp Connect(Uri root)
    {
        DatabaseHttp http = new("Pinecone", root, _key, KeyVariable, KeyHeader, _handler);
        http.Headers.TryAddWithoutValidation(VersionHeader, Version);
        return http;
    }

    async Task<JsonElement?> DescribeAsync(string name, CancellationToken cancel) =>
        await _control.FindAsync(HttpMethod.Get, PathOf(name), null, cancel) is { } found && IsDense(found) ? found : null;

    /// <summary>Indexes of sparse vectors have no dimension.</summary>
    static bool IsDense(JsonElement index) => index.TryGetProperty("dimension", out JsonElement dimension) && dimension.ValueKind == JsonValueKind.Number;

    /// <summary>Where the records of a collection are.</summary>
    async Task<DatabaseHttp> HostAsync(VectorCollection collection, CancellationToken cancel)
    {
        // An index that was dropped keeps its host for a while: only the control plane knows.
        JsonElement found = await DescribeAsync(collection.Name, cancel) ?? throw collection.NotFound();
        string host = found.Member("host").GetString()!;
        if (!host.Contains("://", StringComparison.Ordinal))
            host = (_place.IsSecure ? "https://" : "http://") + host;
        return _hosts.GetOrAdd(host, address => Connect(new Uri(address)));
    }

    static void Write(Utf8JsonWriter json, VectorRecord record)
    {
        json.WriteStartObject();
        json.WriteString("id", PineconeNames.OfId(record.Id));
        json.WritePropertyName("values");
        json.WriteVector(record.Vector);
        json.WriteStartObject("metadata");
        json.WriteMetadata(record.Metadata, PineconeNames.Keys.Of);
        if (!PineconeNames.IsPlain(record.Id))
            json.WriteString(PineconeNames.Id, record.Id);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static async Task<List<VectorRecord>> FetchAsync(DatabaseHttp http, IEnumerable<string> ids, CancellationToken cancel)
    {
        List<VectorRecord> records = [];
        foreach (string part in RecordBatches.Joined(ids.Select(id => $"ids={DatabaseHttp.Escape(id)}"), '&', MostInAddress))
        {
            JsonElement found = await http.SendAsync(HttpMethod.Get, $"/vectors/fetch?{part}", null, cancel);
            records.AddRange(found.Member("vectors").EnumerateObject().Select(each => RecordOf(IdOf(each.Name, each.Value), each.Value)));
        }

        return records;
    }

    static VectorRecord RecordOf(string id, JsonElement record) => new(id, record.VectorOf("values", id), MetadataOf(record));

    static string IdOf(string id, JsonElement record) =>
        record.TryGetProperty("metadata", out JsonElement metadata) && metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty(PineconeNames.Id, out JsonElement own) ? own.GetString()! : id;

    static Dictionary<string, MetadataValue> MetadataOf(JsonElement record) =>
        record.TryGetProperty("metadata", out JsonElement metadata) ? metadata.Metadata(name => name != PineconeNames.Id, PineconeNames.Keys.Back) : [];

    /// <summary>The original name as tags of the index, in hexadecimal digits, since tags take no others.</summary>
    static void WriteName(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject("tags");
        int part = 0;
        foreach (char[] digits in Convert.ToHexStringLower(Encoding.UTF8.GetBytes(name)).Chunk(TagLength))
            json.WriteString(string.Create(CultureInfo.InvariantCulture, $"{NameTag}{part++}"), digits);
        json.WriteEndObject();
    }

    static VectorCollection CollectionOf(JsonElement index)
    {
        string foreign = index.Member("name").GetString()!, digits = "";
        if (index.TryGetProperty("tags", out JsonElement tags) && tags.ValueKind == JsonValueKind.Object)
        {
            for (int part = 0; tags.TryGetProperty(string.Create(CultureInfo.InvariantCulture, $"{NameTag}{part}"), out JsonElement value); part++)
                digits += value.GetString();
        }

        return new VectorCollection(
            digits.Length > 0 ? Encoding.UTF8.GetString(Convert.FromHexString(digits)) : PineconeNames.Indexes.Back(foreign),
            index.Member("dimension").GetInt32(),
            index.Member("metric").GetString() switch { "cosine" => VectorMetric.Cosine, "dotproduct" => VectorMetric.DotProduct, _ => VectorMetric.Euclidean });
    }
}
