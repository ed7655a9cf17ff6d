using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases.Pinecone;

/// <summary>Indexes of Pinecone over its HTTP interface: a collection is a serverless index, its records are in the namespace of the address. Each index has a host of its own, which the control plane names.</summary>
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
    const string DefaultNamespace = "__default__";

    static readonly MongoFilter Filters = new(PineconeNames.Keys, hasPoint: false, hasExists: true);

    readonly DatabaseAddress _place;

    /// <summary>Null for the default one.</summary>
    readonly string? _namespace;

    readonly DatabaseHttp _control;
    readonly HttpMessageHandler? _handler;
    readonly string? _key = DatabaseKey.OfHeader(KeyVariable);
    readonly ConcurrentDictionary<string, DatabaseHttp> _hosts = new(StringComparer.Ordinal);

    /// <param name="address"><c>//api.pinecone.io[/NAMESPACE]</c>, or with the host and port of Pinecone Local.</param>
    /// <param name="handler">Carries the requests; null for the network.</param>
    public PineconeIndex(string address, HttpMessageHandler? handler = null)
    {
        bool isLocal = address.StartsWith("//localhost", StringComparison.Ordinal) || address.StartsWith("//127.", StringComparison.Ordinal);
        _place = DatabaseAddress.Parse(address, "pinecone", KeyVariable, 5080, ["NAMESPACE"], isSecure: !isLocal);
        _namespace = _place.Path.Count > 0 ? _place.Path[0] : null;
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
        await _control.WaitUntilReadyAsync(collection, async () => await DescribeAsync(collection.Name, cancel) is { } found && IsReady(found), cancel);
    }

    public async Task<VectorCollection?> FindAsync(string name, CancellationToken cancel) => name.Length > 0 && await DescribeAsync(name, cancel) is { } found ? CollectionOf(found) : null;

    public async Task<IReadOnlyList<VectorCollection>> ListAsync(CancellationToken cancel) =>
        await UnreadableCollection.ReadableAsync((await _control.SendAsync(HttpMethod.Get, "/indexes", null, cancel)).Member("indexes").Elements().Where(index => !IsGoing(index)), index => Task.FromResult<VectorCollection?>(CollectionOf(index)));

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
                WriteNamespace(json);
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
            WriteNamespace(json);
        }, cancel);
        return
        [
            .. found.List("matches").Select(match => new VectorMatch(
                IdOf(match.String("id"), match),
                // Of Euclidean distances Pinecone gives the square.
                collection.Metric == VectorMetric.Euclidean ? Math.Sqrt(Math.Max(0, ScoreOf(match))) : ScoreOf(match),
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
        if (await CountAsync(http, cancel) is { Own: 0, Others: [{ } first, ..] })
            throw Elsewhere(collection, first);
        string? next = "";
        while (next is not null)
        {
            JsonElement page = await http.SendAsync(HttpMethod.Get, $"/vectors/list?limit={MostListed.ToString(CultureInfo.InvariantCulture)}{(next.Length > 0 ? $"&paginationToken={DatabaseHttp.Escape(next)}" : "")}{NamespaceInAddress}", null, cancel);
            foreach (VectorRecord record in await FetchAsync(http, page.List("vectors").Select(each => each.String("id")), cancel))
                yield return record;

            next = page.Has("pagination", out JsonElement pagination) && pagination.Has("next", out JsonElement token) ? token.String() : null;
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
                WriteNamespace(json);
            }, cancel);
        }
    }

    public async Task<long> CountAsync(VectorCollection collection, CancellationToken cancel) => (await CountAsync(await HostAsync(collection, cancel), cancel)).Own;

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

    /// <summary>The records of our namespace, and the names of the others.</summary>
    async Task<(long Own, string[] Others)> CountAsync(DatabaseHttp http, CancellationToken cancel)
    {
        JsonElement found = await http.SendAsync(HttpMethod.Post, "/describe_index_stats", _ => { }, cancel);
        if (!found.Has("namespaces", out JsonElement namespaces))
            return (0, []);
        // The default one has two names.
        ILookup<string, JsonElement> all = namespaces.Members().ToLookup(each => each.Name.Length == 0 ? DefaultNamespace : each.Name, each => each.Value);
        string own = _namespace ?? DefaultNamespace;
        return (all[own].Sum(each => each.Has("vectorCount", out JsonElement count) ? count.Whole() : 0), [.. all.Select(each => each.Key).Where(name => name != own)]);
    }

    HoneException Elsewhere(VectorCollection collection, string other) => new(Text.Of(
        $"The namespace that the address names has no records of \"{collection.Name}\"; others have, \"{other}\" among them. Put a namespace before the collection: pinecone://{_place.Host}/{other}/{collection.Name}.",
        $"地址所指的命名空间中没有“{collection.Name}”的记录，其他命名空间（例如“{other}”）中有。请在集合之前写明命名空间：pinecone://{_place.Host}/{other}/{collection.Name}。"));

    void WriteNamespace(Utf8JsonWriter json)
    {
        if (_namespace is not null)
            json.WriteString("namespace", _namespace);
    }

    string NamespaceInAddress => _namespace is null ? "" : $"&namespace={DatabaseHttp.Escape(_namespace)}";

    /// <summary>Null for an index that is not there, or is about to go.</summary>
    async Task<JsonElement?> DescribeAsync(string name, CancellationToken cancel) =>
        await _control.FindAsync(HttpMethod.Get, PathOf(name), null, cancel) is { } found && !IsGoing(found) ? found : null;

    /// <exception cref="HoneException">It will never be.</exception>
    static bool IsReady(JsonElement index)
    {
        if (IsIn(index, "InitializationFailed"))
            throw new HoneException(Text.Of($"Pinecone could not set up the index \"{index.String("name")}\": InitializationFailed. Delete it, and try again.", $"Pinecone 未能初始化索引“{index.String("name")}”：InitializationFailed。请删除后重试。"));
        return index.Member("status").Member("ready").ValueKind == JsonValueKind.True;
    }

    static bool IsGoing(JsonElement index) => IsIn(index, "Terminating");

    static bool IsIn(JsonElement index, string state) => index.Member("status").Has("state", out JsonElement found) && found.String() == state;

    /// <summary>Where the records of a collection are.</summary>
    async Task<DatabaseHttp> HostAsync(VectorCollection collection, CancellationToken cancel)
    {
        // An index that was dropped keeps its host for a while: only the control plane knows.
        JsonElement found = await DescribeAsync(collection.Name, cancel) ?? throw collection.NotFound();
        string host = found.String("host");
        if (!host.Contains("://", StringComparison.Ordinal))
            host = (_place.IsSecure ? "https://" : "http://") + host;
        return Uri.TryCreate(host, UriKind.Absolute, out Uri? address) ? _hosts.GetOrAdd(host, _ => Connect(address)) : throw RecordJson.Strange(Text.Of("no host where one is expected", "缺少应有的主机名"));
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

    async Task<List<VectorRecord>> FetchAsync(DatabaseHttp http, IEnumerable<string> ids, CancellationToken cancel)
    {
        List<VectorRecord> records = [];
        foreach (string part in RecordBatches.Joined(ids.Select(id => $"ids={DatabaseHttp.Escape(id)}"), '&', MostInAddress))
        {
            JsonElement found = await http.SendAsync(HttpMethod.Get, $"/vectors/fetch?{part}{NamespaceInAddress}", null, cancel);
            if (found.Has("vectors", out JsonElement vectors))
                records.AddRange(vectors.Members().Select(each => RecordOf(IdOf(each.Name, each.Value), each.Value)));
        }

        return records;
    }

    /// <summary>Of its members a match must have the id alone: a score of 0 may be left out.</summary>
    static double ScoreOf(JsonElement match) => match.Has("score", out JsonElement score) ? score.Number() : 0;

    static VectorRecord RecordOf(string id, JsonElement record) => new(id, record.VectorOf("values", id), MetadataOf(record));

    static string IdOf(string id, JsonElement record) =>
        record.Has("metadata", out JsonElement metadata) && metadata.Has(PineconeNames.Id, out JsonElement own) && own.ValueKind == JsonValueKind.String ? own.String() : id;

    static Dictionary<string, MetadataValue> MetadataOf(JsonElement record) =>
        record.Has("metadata", out JsonElement metadata) ? metadata.Metadata(name => name != PineconeNames.Id, PineconeNames.Keys.Back) : [];

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
        string foreign = index.String("name"), digits = "";
        if (index.Has("tags", out JsonElement tags) && tags.ValueKind == JsonValueKind.Object)
        {
            for (int part = 0; tags.Has(string.Create(CultureInfo.InvariantCulture, $"{NameTag}{part}"), out JsonElement value); part++)
                digits += value.String();
        }

        // Of others such tags may be anything.
        byte[] bytes = new byte[digits.Length / 2];
        string name = digits.Length > 0 && Convert.FromHexString(digits, bytes, out _, out _) == OperationStatus.Done ? Encoding.UTF8.GetString(bytes) : PineconeNames.Indexes.Back(foreign);
        // Indexes of sparse vectors have no dimension.
        if (!index.Has("dimension", out JsonElement dimension) || dimension.ValueKind != JsonValueKind.Number)
            throw UnreadableCollection.OfVectors(name);
        return new VectorCollection(
            name,
            dimension.Int32(),
            index.String("metric") switch { "cosine" => VectorMetric.Cosine, "dotproduct" => VectorMetric.DotProduct, _ => VectorMetric.Euclidean });
    }
}
