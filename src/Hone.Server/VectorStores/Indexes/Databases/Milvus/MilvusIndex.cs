using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases.Milvus;

/// <summary>
/// Collections of Milvus, and of Zilliz, which is Milvus as a service, over version 2 of the RESTful interface: the fields <c>id</c> (text), <c>vector</c> and
/// <c>metadata</c> (JSON). Reading asks for what was written just before (consistency "Strong"). Collections of others are read whatever their fields are called.
/// </summary>
/// <remarks>Held against the reference of the RESTful interface (2.6) and the types of its requests in Milvus' own code: scores are the cosine and the inner product, of Euclidean distances the square.</remarks>
sealed class MilvusIndex : IVectorIndex
{
    const string Strong = "Strong";
    const string Loaded = "LoadStateLoaded";
    const int MostRecords = 1000;

    /// <summary>The most records that Milvus gives at once.</summary>
    const int MostMatches = 16_384;

    /// <summary>Texts have a longest length in Milvus, in bytes.</summary>
    const int LongestId = 4096;

    // Milvus' own codes, in an answer that HTTP calls a success.
    const int CollectionNotFound = 100;
    const int RateLimited = 8;
    const int RateLimitedHttp = 1807;
    const int NotAuthenticated = 1800;
    const int NotAuthenticatedZilliz = 80001;

    readonly DatabaseHttp _http;
    readonly string? _database;

    /// <param name="address"><c>//HOST:PORT[/DATABASE]</c></param>
    /// <param name="isZilliz">Whether it is the service, which is reached by https and with a key.</param>
    /// <param name="handler">Carries the requests; null for the network.</param>
    public MilvusIndex(string address, bool isZilliz = false, HttpMessageHandler? handler = null, TimeProvider? clock = null)
    {
        (string kind, string system, string variable) = isZilliz ? ("zilliz", "Zilliz", "ZILLIZ_API_KEY") : ("milvus", "Milvus", "MILVUS_TOKEN");
        var place = DatabaseAddress.Parse(address, kind, variable, 19530, ["DATABASE"], isSecure: isZilliz);
        _database = place.Path.Count > 0 ? place.Path[0] : null;
        _http = new DatabaseHttp(system, place.Http, DatabaseKey.OfHeader(variable), variable, "Authorization", handler, clock);
        // Numbers of 64 bits come as numbers, not as texts.
        _http.Headers.TryAddWithoutValidation("Accept-Type-Allow-Int64", "true");
    }

    public bool Supports(VectorMetric metric) => true;

    public async Task CreateAsync(VectorCollection collection, CancellationToken cancel)
    {
        collection.Check();
        if (await FindAsync(collection.Name, cancel) is not null)
            throw collection.Exists();
        await SendAsync("collections/create", collection.Name, json =>
        {
            // The name as it was given, for those that Milvus does not take.
            json.WriteString("description", collection.Name);
            json.WriteStartObject("schema");
            json.WriteStartArray("fields");
            WriteField(json, MilvusNames.Id, "VarChar", isPrimary: true, ("max_length", LongestId));
            WriteField(json, MilvusNames.Vector, "FloatVector", isPrimary: false, ("dim", collection.Dimensions));
            WriteField(json, MilvusNames.Metadata, "JSON", isPrimary: false, null);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartArray("indexParams");
            json.WriteStartObject();
            json.WriteString("fieldName", MilvusNames.Vector);
            json.WriteString("indexName", MilvusNames.Vector);
            json.WriteString("metricType", collection.Metric switch { VectorMetric.Cosine => "COSINE", VectorMetric.DotProduct => "IP", _ => "L2" });
            // Among the parameters the reference has it; older servers know it beside them alone.
            json.WriteString("indexType", "AUTOINDEX");
            json.WriteStartObject("params");
            json.WriteString("index_type", "AUTOINDEX");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteStartObject("params");
            json.WriteString("consistencyLevel", Strong);
            json.WriteEndObject();
        }, cancel);
        // Milvus answers before the collection is loaded, and cannot be asked about it until then.
        await _http.WaitUntilReadyAsync(collection, async () => (await SendAsync("collections/get_load_state", collection.Name, _ => { }, cancel)).String("loadState") == Loaded, cancel);
    }

    public async Task<VectorCollection?> FindAsync(string name, CancellationToken cancel) => name.Length == 0 ? null : (await DescribeAsync(MilvusNames.Collections.Of(name), cancel))?.Collection;

    public async Task<IReadOnlyList<VectorCollection>> ListAsync(CancellationToken cancel)
    {
        JsonElement names = await SendAsync("collections/list", null, _ => { }, cancel);
        return await UnreadableCollection.ReadableAsync<JsonElement>(names.Elements(), async name => (await DescribeAsync(name.String(), cancel, isLoaded: true))?.Collection);
    }

    public async Task<bool> DropAsync(string name, CancellationToken cancel)
    {
        if (await FindAsync(name, cancel) is null)
            return false;
        await SendAsync("collections/drop", name, _ => { }, cancel);
        return true;
    }

    public async Task UpsertAsync(VectorCollection collection, IReadOnlyList<VectorRecord> records, CancellationToken cancel)
    {
        collection.Check(records);
        if (records.FirstOrDefault(record => Encoding.UTF8.GetByteCount(record.Id) > LongestId) is { } tooLong)
            throw new HoneException(Text.Of($"The id \"{tooLong.Id[..40]}…\" is too long for Milvus, which takes {LongestId} bytes. Shorten it.", $"id“{tooLong.Id[..40]}…”超过 Milvus 的上限 {LongestId} 字节。请缩短。"));
        (await FieldsAsync(collection, cancel)).CheckIsOurs();
        foreach (IReadOnlyList<VectorRecord> batch in RecordBatches.Of(records, MostRecords))
        {
            await SendAsync("entities/upsert", collection.Name, json =>
            {
                json.WriteStartArray("data");
                foreach (VectorRecord record in batch)
                {
                    json.WriteStartObject();
                    json.WriteString(MilvusNames.Id, record.Id);
                    json.WritePropertyName(MilvusNames.Vector);
                    json.WriteVector(record.Vector);
                    json.WriteStartObject(MilvusNames.Metadata);
                    json.WriteMetadata(record.Metadata, MilvusNames.Keys.Of);
                    json.WriteEndObject();
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }, cancel);
        }
    }

    public async Task<IReadOnlyList<VectorMatch>> QueryAsync(VectorCollection collection, VectorQuery query, CancellationToken cancel)
    {
        collection.Check(query, "Milvus", MostMatches);
        MilvusFields fields = await FieldsAsync(collection, cancel);
        PlainFilter filter = PlainFilter.Of(query.Filter);
        if (filter.Filter is not null && !fields.IsOurs)
            throw UnreadableCollection.WithoutFilters(collection);
        if (filter.Constant == false)
            return [];
        JsonElement found = await SendAsync("entities/search", collection.Name, json =>
        {
            json.WriteStartArray("data");
            json.WriteVector(query.Vector);
            json.WriteEndArray();
            json.WriteString("annsField", fields.Vector);
            json.WriteNumber("limit", query.Count);
            json.WriteStrings("outputFields", fields.Output(hasVector: false));
            json.WriteString("consistencyLevel", Strong);
            if (filter.Filter is { } where)
                MilvusFilter.Of(where).WriteTo(json);
        }, cancel);
        // Of Euclidean distances Milvus gives the square.
        return [.. found.Elements().Select(match => new VectorMatch(
            fields.IdOf(match),
            collection.Metric == VectorMetric.Euclidean ? Math.Sqrt(Math.Max(0, match.Number(MilvusNames.Distance))) : match.Number(MilvusNames.Distance),
            fields.MetadataOf(match, isMatch: true)))];
    }

    public async Task<IReadOnlyList<VectorRecord>> FetchAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        MilvusFields fields = await FieldsAsync(collection, cancel);
        List<VectorRecord> found = [];
        foreach (string[] part in ids.Distinct().Chunk(MostRecords))
        {
            // Not "entities/get", which writes the ids into an expression without escaping them.
            JsonElement page = await SendAsync("entities/query", collection.Name, json =>
            {
                fields.WriteIds(json, part);
                json.WriteNumber("limit", part.Length);
                WriteReading(json, fields);
            }, cancel);
            found.AddRange(page.Elements().Select(fields.RecordOf));
        }

        return RecordBatches.InOrder(ids, found);
    }

    public async IAsyncEnumerable<VectorRecord> ScanAsync(VectorCollection collection, [EnumeratorCancellation] CancellationToken cancel)
    {
        MilvusFields fields = await FieldsAsync(collection, cancel);
        string? last = null;
        while (true)
        {
            string? after = last;
            // With a limit, records come in the order of their ids.
            JsonElement page = await SendAsync("entities/query", collection.Name, json =>
            {
                fields.WriteAfter(json, after);
                json.WriteNumber("limit", MostRecords);
                WriteReading(json, fields);
            }, cancel);
            VectorRecord[] records = [.. page.Elements().Select(fields.RecordOf)];
            foreach (VectorRecord record in records)
                yield return record;
            if (records.Length < MostRecords)
                yield break;
            last = records[^1].Id;
        }
    }

    public async Task DeleteAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        MilvusFields fields = await FieldsAsync(collection, cancel);
        fields.CheckIsOurs();
        foreach (string[] part in ids.Chunk(MostRecords))
            await SendAsync("entities/delete", collection.Name, json => fields.WriteIds(json, part), cancel);
    }

    public async Task<long> CountAsync(VectorCollection collection, CancellationToken cancel)
    {
        await FieldsAsync(collection, cancel);
        JsonElement found = await SendAsync("entities/query", collection.Name, json =>
        {
            json.WriteString("filter", "");
            json.WriteStrings("outputFields", ["count(*)"]);
            json.WriteString("consistencyLevel", Strong);
        }, cancel);
        return found.At(0).Whole("count(*)");
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task<MilvusFields> FieldsAsync(VectorCollection collection, CancellationToken cancel) => await DescribeAsync(MilvusNames.Collections.Of(collection.Name), cancel) ?? throw collection.NotFound();

    /// <param name="isLoaded">Whether one that Milvus has not loaded, and that it could not count, is left out.</param>
    async Task<MilvusFields?> DescribeAsync(string foreign, CancellationToken cancel, bool isLoaded = false)
    {
        JsonElement about;
        try
        {
            about = await SendForeignAsync("collections/describe", foreign, _ => { }, cancel);
        }
        catch (DatabaseRefusal refusal) when (refusal.Status == 404)
        {
            return null;
        }

        if (isLoaded && about.Has("load", out JsonElement load) && load.String() != Loaded)
            return null;
        return MilvusFields.Of(foreign, about);
    }

    Task<JsonElement> SendAsync(string path, string? name, Action<Utf8JsonWriter> members, CancellationToken cancel) =>
        SendForeignAsync(path, name is null ? null : MilvusNames.Collections.Of(name), members, cancel);

    /// <summary>The data of the answer. Milvus answers 200 to everything, and says in the answer whether it was done.</summary>
    /// <exception cref="DatabaseRefusal">It was not; the status is the one of HTTP that says the same as Milvus' own code, which has other numbers.</exception>
    async Task<JsonElement> SendForeignAsync(string path, string? foreign, Action<Utf8JsonWriter> members, CancellationToken cancel)
    {
        string target = $"/v2/vectordb/{path}";
        for (int failures = 0; ; failures++)
        {
            JsonElement answer = await _http.SendAsync(HttpMethod.Post, target, json =>
            {
                if (_database is not null)
                    json.WriteString("dbName", _database);
                if (foreign is not null)
                    json.WriteString("collectionName", foreign);
                members(json);
            }, cancel);
            int code = answer.Int32("code");
            if (code == 0)
                return answer.Has("data", out JsonElement data) ? data : default;
            if (code is not (RateLimited or RateLimitedHttp) || !await _http.WaitAsync(failures, null, cancel))
                throw _http.Refusal(StatusOf(code), target, string.Create(CultureInfo.InvariantCulture, $"{(answer.Has("message", out JsonElement message) ? message.String() : "")} [{code}]"));
        }
    }

    static int StatusOf(int code) => code switch { NotAuthenticated or NotAuthenticatedZilliz => 401, CollectionNotFound => 404, RateLimited or RateLimitedHttp => 429, _ => 400 };

    static void WriteReading(Utf8JsonWriter json, MilvusFields fields)
    {
        json.WriteStrings("outputFields", fields.Output(hasVector: true));
        json.WriteString("consistencyLevel", Strong);
    }

    static void WriteField(Utf8JsonWriter json, string name, string type, bool isPrimary, (string Name, int Value)? parameter)
    {
        json.WriteStartObject();
        json.WriteString("fieldName", name);
        json.WriteString("dataType", type);
        json.WriteBoolean("isPrimary", isPrimary);
        json.WriteStartObject("elementTypeParams");
        if (parameter is { } given)
            json.WriteNumber(given.Name, given.Value);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
