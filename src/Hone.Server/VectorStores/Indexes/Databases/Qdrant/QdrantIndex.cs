using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases.Qdrant;

/// <summary>Collections of Qdrant, over its HTTP interface. Metadata are the payload of a point; an id that is no UUID and no whole number stands there too.</summary>
/// <remarks>Held against Qdrant's OpenAPI description (1.19) and, for names in filters, its own code. Scores are those of the metrics; what was written is there when Qdrant answers (<c>wait=true</c>).</remarks>
sealed class QdrantIndex : IVectorIndex
{
    const string KeyVariable = "QDRANT_API_KEY";
    const int MostRecords = 1000;

    readonly DatabaseHttp _http;

    /// <param name="address"><c>//HOST:PORT</c>, or the same after <c>https:</c>.</param>
    /// <param name="handler">Carries the requests; null for the network.</param>
    public QdrantIndex(string address, HttpMessageHandler? handler = null)
    {
        var place = DatabaseAddress.Parse(address, "qdrant", KeyVariable, 6333, securePort: 6333);
        _http = new DatabaseHttp("Qdrant", place.Http, DatabaseKey.OfHeader(KeyVariable), KeyVariable, "api-key", handler);
    }

    public bool Supports(VectorMetric metric) => true;

    public async Task CreateAsync(VectorCollection collection, CancellationToken cancel)
    {
        collection.Check();
        if (await FindAsync(collection.Name, cancel) is not null)
            throw collection.Exists();
        await _http.SendAsync(HttpMethod.Put, PathOf(collection.Name), json =>
        {
            json.WriteStartObject("vectors");
            json.WriteNumber("size", collection.Dimensions);
            json.WriteString("distance", collection.Metric switch { VectorMetric.Cosine => "Cosine", VectorMetric.DotProduct => "Dot", _ => "Euclid" });
            json.WriteEndObject();
            // Where Qdrant is a service, it refuses filters about what has no index, unless it is told not to.
            json.WriteStartObject("strict_mode_config");
            json.WriteBoolean("unindexed_filtering_retrieve", true);
            json.WriteEndObject();
        }, cancel);
    }

    public async Task<VectorCollection?> FindAsync(string name, CancellationToken cancel)
    {
        if (name.Length == 0 || await _http.FindAsync(HttpMethod.Get, PathOf(name), null, cancel) is not { } found)
            return null;
        // Collections of several vectors for a record have a name for each, and no size here; those of sparse vectors have none at all.
        if (!found.Member("result").Member("config").Member("params").Has("vectors", out JsonElement vectors) || !vectors.Has("size", out JsonElement size))
            throw UnreadableCollection.OfVectors(name);
        if (vectors.Has("multivector_config", out JsonElement many) && many.ValueKind == JsonValueKind.Object)
            throw UnreadableCollection.OfVectors(name);
        string? distance = vectors.String("distance");
        VectorMetric metric = distance switch { "Cosine" => VectorMetric.Cosine, "Dot" => VectorMetric.DotProduct, "Euclid" => VectorMetric.Euclidean, _ => throw UnreadableCollection.OfMetric(name, distance) };
        return new VectorCollection(name, size.Int32(), metric);
    }

    public async Task<IReadOnlyList<VectorCollection>> ListAsync(CancellationToken cancel)
    {
        JsonElement found = await _http.SendAsync(HttpMethod.Get, "/collections", null, cancel);
        return await UnreadableCollection.ReadableAsync(found.Member("result").Member("collections").Elements(), each => FindAsync(QdrantNames.Collections.Back(each.String("name")), cancel));
    }

    public async Task<bool> DropAsync(string name, CancellationToken cancel) =>
        await FindAsync(name, cancel) is not null && await _http.FindAsync(HttpMethod.Delete, PathOf(name), null, cancel) is { } answer && answer.Member("result").ValueKind == JsonValueKind.True;

    public async Task UpsertAsync(VectorCollection collection, IReadOnlyList<VectorRecord> records, CancellationToken cancel)
    {
        collection.Check(records);
        if (records.Count == 0)
            await CountAsync(collection, cancel);
        foreach (IReadOnlyList<VectorRecord> batch in RecordBatches.Of(records, MostRecords))
        {
            await ChangeAsync(collection, HttpMethod.Put, "/points?wait=true", json =>
            {
                json.WriteStartArray("points");
                foreach (VectorRecord record in batch)
                    Write(json, record);
                json.WriteEndArray();
            }, cancel);
        }
    }

    public async Task<IReadOnlyList<VectorMatch>> QueryAsync(VectorCollection collection, VectorQuery query, CancellationToken cancel)
    {
        collection.Check(query);
        PlainFilter filter = PlainFilter.Of(query.Filter);
        if (filter.Constant == false)
        {
            await CountAsync(collection, cancel);
            return [];
        }

        JsonElement found = await SendAsync(collection, HttpMethod.Post, "/points/query", json =>
        {
            json.WritePropertyName("query");
            json.WriteVector(query.Vector);
            json.WriteNumber("limit", query.Count);
            json.WriteBoolean("with_payload", true);
            json.WriteFilter("filter", filter, QdrantFilter.Write);
        }, cancel);
        return [.. found.Member("points").Elements().Select(point => new VectorMatch(IdOf(point), point.Number("score"), MetadataOf(point)))];
    }

    public async Task<IReadOnlyList<VectorRecord>> FetchAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        List<VectorRecord> found = [];
        foreach (string[] part in ids.Distinct().Chunk(MostRecords))
        {
            JsonElement points = await SendAsync(collection, HttpMethod.Post, "/points", json =>
            {
                WriteIds(json, "ids", part);
                json.WriteBoolean("with_payload", true);
                json.WriteBoolean("with_vector", true);
            }, cancel);
            found.AddRange(points.Elements().Select(RecordOf));
        }

        return RecordBatches.InOrder(ids, found);
    }

    public async IAsyncEnumerable<VectorRecord> ScanAsync(VectorCollection collection, [EnumeratorCancellation] CancellationToken cancel)
    {
        JsonElement offset = default;
        do
        {
            JsonElement from = offset;
            JsonElement page = await SendAsync(collection, HttpMethod.Post, "/points/scroll", json =>
            {
                json.WriteNumber("limit", MostRecords);
                json.WriteBoolean("with_payload", true);
                json.WriteBoolean("with_vector", true);
                if (from.ValueKind != JsonValueKind.Undefined)
                {
                    json.WritePropertyName("offset");
                    from.WriteTo(json);
                }
            }, cancel);
            foreach (JsonElement point in page.Member("points").Elements())
                yield return RecordOf(point);
            offset = page.Has("next_page_offset", out JsonElement next) ? next : default;
        }
        while (offset.ValueKind is JsonValueKind.String or JsonValueKind.Number);
    }

    public async Task DeleteAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        foreach (string[] part in ids.Chunk(MostRecords))
        {
            await ChangeAsync(collection, HttpMethod.Post, "/points/delete?wait=true", json =>
            {
                WriteIds(json, "points", part);
            }, cancel);
        }
    }

    public async Task<long> CountAsync(VectorCollection collection, CancellationToken cancel) =>
        (await SendAsync(collection, HttpMethod.Post, "/points/count", json =>
        {
            json.WriteBoolean("exact", true);
        }, cancel)).Whole("count");

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    static string PathOf(string name) => $"/collections/{DatabaseHttp.Escape(QdrantNames.Collections.Of(name))}";

    /// <summary>What Qdrant calls the result of a request about a collection.</summary>
    async Task<JsonElement> SendAsync(VectorCollection collection, HttpMethod method, string path, Action<Utf8JsonWriter> body, CancellationToken cancel) =>
        (await _http.FindAsync(method, PathOf(collection.Name) + path, body, cancel) ?? throw collection.NotFound()).Member("result");

    /// <exception cref="DatabaseRefusal">Qdrant took the change down, and had not carried it out when it answered.</exception>
    async Task ChangeAsync(VectorCollection collection, HttpMethod method, string path, Action<Utf8JsonWriter> body, CancellationToken cancel)
    {
        string status = (await SendAsync(collection, method, path, body, cancel)).String("status");
        // A node that only listens says "acknowledged" whatever it was asked to wait for.
        if (status is not ("completed" or "acknowledged"))
            throw _http.Refusal(408, PathOf(collection.Name) + path, Text.Of($"it has not carried out the change in time and says \"{status}\"", $"未能及时完成更改，状态为“{status}”"));
    }

    static void Write(Utf8JsonWriter json, VectorRecord record)
    {
        json.WriteStartObject();
        json.WritePropertyName("id");
        WriteId(json, record.Id);
        json.WritePropertyName("vector");
        json.WriteVector(record.Vector);
        json.WriteStartObject("payload");
        json.WriteMetadata(record.Metadata, QdrantNames.Keys.Of);
        if (!IsPointId(record.Id))
            json.WriteString(QdrantNames.Id, record.Id);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteIds(Utf8JsonWriter json, string name, IEnumerable<string> ids)
    {
        json.WriteStartArray(name);
        foreach (string id in ids)
            WriteId(json, id);
        json.WriteEndArray();
    }

    static void WriteId(Utf8JsonWriter json, string id)
    {
        if (NumberOf(id) is { } number)
            json.WriteNumberValue(number);
        else
            json.WriteStringValue(PointId.Of(id));
    }

    /// <summary>Points have UUIDs or whole numbers for ids.</summary>
    static bool IsPointId(string id) => NumberOf(id) is not null || PointId.IsUuid(id);

    static ulong? NumberOf(string id) => ulong.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number.ToString(CultureInfo.InvariantCulture) == id ? number : null;

    static string IdOf(JsonElement point)
    {
        if (point.Has("payload", out JsonElement payload) && payload.Has(QdrantNames.Id, out JsonElement own) && own.ValueKind == JsonValueKind.String)
            return own.String();
        JsonElement id = point.Member("id");
        return id.ValueKind == JsonValueKind.Number ? id.GetRawText() : id.String();
    }

    static VectorRecord RecordOf(JsonElement point) => new(IdOf(point), point.VectorOf("vector", IdOf(point)), MetadataOf(point));

    static Dictionary<string, MetadataValue> MetadataOf(JsonElement point) =>
        point.Has("payload", out JsonElement payload) ? payload.Metadata(name => name != QdrantNames.Id, QdrantNames.Keys.Back) : [];
}
