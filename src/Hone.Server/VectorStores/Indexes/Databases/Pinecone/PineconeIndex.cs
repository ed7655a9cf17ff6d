using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases.Pinecone;

/// <summary>Indexes of Pinecone over its HTTP interface: a collection is a serverless index, its records are in the default namespace. Each index has a host of its own, which the control plane names.</summary>
sealed class PineconeIndex : IVectorIndex
{
    const string KeyVariable = "PINECONE_API_KEY";
    const string CloudVariable = "PINECONE_CLOUD";
    const string RegionVariable = "PINECONE_REGION";

    /// <summary>The version of the interface that these requests are written for.</summary>
    const string Version = "2025-10";

    const string VersionHeader = "X-Pinecone-Api-Version";
    const string KeyHeader = "Api-Key";

    const int MostRecords = 500; // Of an upsert 1,000 and 2 MB.
    const int MostIds = 100; // They stand in the address of the request.
    const int MostDeleted = 1000;
    const int MostMatches = 10_000;
    const int MostFilled = 1000; // Of the answer, where vectors or metadata are in it.
    const int TagLength = 100;
    const string NameTag = "hone-name-";

    static readonly MongoFilter Filters = new(PineconeNames.Keys, hasPoint: false, hasExists: true);

    readonly DatabaseAddress _place;
    readonly DatabaseHttp _control;
    readonly HttpMessageHandler? _handler;
    readonly string? _key = DatabaseKey.Of(KeyVariable);
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
            json.WriteStartObject();
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
            json.WriteEndObject();
        }, cancel);
        await WaitUntilReadyAsync(collection, cancel);
    }

    public async Task<VectorCollection?> FindAsync(string name, CancellationToken cancel) => name.Length > 0 && await DescribeAsync(name, cancel) is { } found ? CollectionOf(found) : null;

    public async Task<IReadOnlyList<VectorCollection>> ListAsync(CancellationToken cancel) =>
        [.. (await _control.SendAsync(HttpMethod.Get, "/indexes", null, cancel)).GetProperty("indexes").EnumerateArray().Where(IsDense).Select(CollectionOf)];

    public async Task<bool> DropAsync(string name, CancellationToken cancel)
    {
        _hosts.TryRemove(name, out _);
        return await _control.FindAsync(HttpMethod.Delete, PathOf(name), null, cancel) is not null;
    }

    public async Task UpsertAsync(VectorCollection collection, IReadOnlyList<VectorRecord> records, CancellationToken cancel)
    {
        collection.Check(records);
        DatabaseHttp http = await HostAsync(collection, cancel);
        foreach (IReadOnlyList<VectorRecord> batch in RecordBatches.Of(records, MostRecords))
        {
            await http.SendAsync(HttpMethod.Post, "/vectors/upsert", json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("vectors");
                foreach (VectorRecord record in batch)
                    Write(json, record);
                json.WriteEndArray();
                json.WriteEndObject();
            }, cancel);
        }
    }

    public async Task<IReadOnlyList<VectorMatch>> QueryAsync(VectorCollection collection, VectorQuery query, CancellationToken cancel)
    {
        collection.Check(query);
        DatabaseHttp http = await HostAsync(collection, cancel);
        PlainFilter filter = PlainFilter.Of(query.Filter);
        if (filter.Constant == false)
            return [];
        // Distances are counted here, since it is not said whether they come squared.
        bool withVectors = collection.Metric == VectorMetric.Euclidean;
        int most = withVectors ? MostFilled : MostMatches;
        if (query.Count > most)
            throw new HoneException(Text.Of($"Pinecone gives at most {most} records for a query by this metric; {query.Count} were asked for. Ask for fewer.", $"使用该度量时 Pinecone 每次查询最多返回 {most} 条记录，而请求了 {query.Count} 条。请减少数量。"));
        JsonElement found = await http.SendAsync(HttpMethod.Post, "/query", json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("vector");
            json.WriteVector(query.Vector);
            json.WriteNumber("topK", query.Count);
            json.WriteBoolean("includeMetadata", true);
            json.WriteBoolean("includeValues", withVectors);
            if (filter.Filter is { } where)
            {
                json.WritePropertyName("filter");
                Filters.Write(json, where);
            }

            json.WriteEndObject();
        }, cancel);
        return
        [
            .. found.GetProperty("matches").EnumerateArray().Select(match => new VectorMatch(
                IdOf(match.GetProperty("id").GetString()!, match),
                withVectors ? System.Numerics.Tensors.TensorPrimitives.Distance(query.Vector, match.GetProperty("values").Vector()) : match.GetProperty("score").GetDouble(),
                MetadataOf(match))),
        ];
    }

    public async Task<IReadOnlyList<VectorRecord>> FetchAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        DatabaseHttp http = await HostAsync(collection, cancel);
        List<VectorRecord> found = [];
        foreach (string[] part in ids.Distinct().Select(PineconeNames.OfId).Chunk(MostIds))
            found.AddRange(await FetchAsync(http, part, cancel));
        return RecordBatches.InOrder(ids, found);
    }

    public async IAsyncEnumerable<VectorRecord> ScanAsync(VectorCollection collection, [EnumeratorCancellation] CancellationToken cancel)
    {
        DatabaseHttp http = await HostAsync(collection, cancel);
        string? next = "";
        while (next is not null)
        {
            JsonElement page = await http.SendAsync(HttpMethod.Get, $"/vectors/list?limit={MostIds.ToString(CultureInfo.InvariantCulture)}{(next.Length > 0 ? $"&paginationToken={DatabaseHttp.Escape(next)}" : "")}", null, cancel);
            string[] ids = [.. page.GetProperty("vectors").EnumerateArray().Select(each => each.GetProperty("id").GetString()!)];
            if (ids.Length > 0)
            {
                foreach (VectorRecord record in await FetchAsync(http, ids, cancel))
                    yield return record;
            }

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
                json.WriteStartObject();
                json.WriteStrings("ids", part);
                json.WriteEndObject();
            }, cancel);
        }
    }

    public async Task<long> CountAsync(VectorCollection collection, CancellationToken cancel)
    {
        DatabaseHttp http = await HostAsync(collection, cancel);
        JsonElement found = await http.SendAsync(HttpMethod.Post, "/describe_index_stats", json => { json.WriteStartObject(); json.WriteEndObject(); }, cancel);
        return found.TryGetProperty("namespaces", out JsonElement namespaces) && (namespaces.TryGetProperty("", out JsonElement own) || namespaces.TryGetProperty("__default__", out own)) ? own.GetProperty("vectorCount").GetInt64() : 0;
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
        DatabaseHttp http = new("Pinecone", root, _key, KeyVariable, _handler);
        if (_key is not null)
            http.Headers.TryAddWithoutValidation(KeyHeader, _key);
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
        string host = found.GetProperty("host").GetString()!;
        if (!host.Contains("://", StringComparison.Ordinal))
            host = (_place.IsSecure ? "https://" : "http://") + host;
        return _hosts.GetOrAdd(host, address => Connect(new Uri(address)));
    }

    async Task WaitUntilReadyAsync(VectorCollection collection, CancellationToken cancel)
    {
        // Some seconds as a rule.
        for (int attempt = 0; attempt < 120; attempt++)
        {
            if (await DescribeAsync(collection.Name, cancel) is { } found && found.GetProperty("status").GetProperty("ready").GetBoolean())
                return;
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
        }

        throw new HoneException(Text.Of($"Pinecone made the index for \"{collection.Name}\", which is not ready after two minutes. Try again later.", $"Pinecone 已为“{collection.Name}”创建索引，但两分钟后仍未就绪。请稍后重试。"));
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

    static async Task<IEnumerable<VectorRecord>> FetchAsync(DatabaseHttp http, string[] ids, CancellationToken cancel)
    {
        JsonElement found = await http.SendAsync(HttpMethod.Get, $"/vectors/fetch?{string.Join('&', ids.Select(id => $"ids={DatabaseHttp.Escape(id)}"))}", null, cancel);
        return found.GetProperty("vectors").EnumerateObject().Select(each => new VectorRecord(IdOf(each.Name, each.Value), each.Value.GetProperty("values").Vector(), MetadataOf(each.Value)));
    }

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
        string foreign = index.GetProperty("name").GetString()!, digits = "";
        if (index.TryGetProperty("tags", out JsonElement tags) && tags.ValueKind == JsonValueKind.Object)
        {
            for (int part = 0; tags.TryGetProperty(string.Create(CultureInfo.InvariantCulture, $"{NameTag}{part}"), out JsonElement value); part++)
                digits += value.GetString();
        }

        return new VectorCollection(
            digits.Length > 0 ? Encoding.UTF8.GetString(Convert.FromHexString(digits)) : PineconeNames.Indexes.Back(foreign),
            index.GetProperty("dimension").GetInt32(),
            index.GetProperty("metric").GetString() switch { "cosine" => VectorMetric.Cosine, "dotproduct" => VectorMetric.DotProduct, _ => VectorMetric.Euclidean });
    }
}
