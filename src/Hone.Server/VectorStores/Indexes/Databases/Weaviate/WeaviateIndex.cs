using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases.Weaviate;

/// <summary>
/// Classes of Weaviate, over REST and GraphQL. An object has the id and the metadata as texts, and for each value a property that filters ask for. Weaviate knows no
/// dimensions before the first object: they are in the class's description.
/// </summary>
sealed class WeaviateIndex : IVectorIndex
{
    const string KeyVariable = "WEAVIATE_API_KEY";
    const int MostRecords = 500;

    /// <summary>Weaviate's usual limit of one answer (QUERY_MAXIMUM_RESULTS).</summary>
    const int MostMatches = 10_000;

    readonly DatabaseHttp _http;

    /// <param name="address"><c>//HOST:PORT</c>, or the same after <c>https:</c>.</param>
    /// <param name="handler">Carries the requests; null for the network.</param>
    public WeaviateIndex(string address, HttpMessageHandler? handler = null)
    {
        var place = DatabaseAddress.Parse(address, "weaviate", KeyVariable, 8080);
        string? key = DatabaseKey.Of(KeyVariable);
        _http = new DatabaseHttp("Weaviate", place.Http, key, KeyVariable, handler);
        if (key is not null)
            _http.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
    }

    public bool Supports(VectorMetric metric) => true;

    public async Task CreateAsync(VectorCollection collection, CancellationToken cancel)
    {
        collection.Check();
        if (await FindAsync(collection.Name, cancel) is not null)
            throw collection.Exists();
        await _http.SendAsync(HttpMethod.Post, "/v1/schema", json =>
        {
            json.WriteStartObject();
            json.WriteString("class", WeaviateNames.Classes.Of(collection.Name));
            json.WriteString("description", Encoding.UTF8.GetString(DatabaseHttp.Json(inner =>
            {
                inner.WriteStartObject();
                inner.WriteString("hone_name", collection.Name);
                inner.WriteNumber("hone_dimensions", collection.Dimensions);
                inner.WriteEndObject();
            })));
            json.WriteString("vectorizer", "none");
            json.WriteString("vectorIndexType", "hnsw");
            json.WriteStartObject("vectorIndexConfig");
            json.WriteString("distance", collection.Metric switch { VectorMetric.Cosine => "cosine", VectorMetric.DotProduct => "dot", _ => "l2-squared" });
            json.WriteEndObject();
            json.WriteStartObject("invertedIndexConfig");
            json.WriteBoolean("indexNullState", true);
            json.WriteEndObject();
            json.WriteStartArray("properties");
            WriteProperty(json, WeaviateNames.Id, "text", isFilterable: false);
            WriteProperty(json, WeaviateNames.Metadata, "text", isFilterable: false);
            json.WriteEndArray();
            json.WriteEndObject();
        }, cancel);
    }

    public async Task<VectorCollection?> FindAsync(string name, CancellationToken cancel) =>
        name.Length > 0 && await _http.FindAsync(HttpMethod.Get, PathOf(name), null, cancel) is { } found ? await CollectionOfAsync(found, cancel) : null;

    public async Task<IReadOnlyList<VectorCollection>> ListAsync(CancellationToken cancel)
    {
        List<VectorCollection> collections = [];
        foreach (JsonElement each in (await _http.SendAsync(HttpMethod.Get, "/v1/schema", null, cancel)).GetProperty("classes").EnumerateArray())
            collections.Add(await CollectionOfAsync(each, cancel));
        return collections;
    }

    public async Task<bool> DropAsync(string name, CancellationToken cancel)
    {
        if (await FindAsync(name, cancel) is null)
            return false;
        await _http.SendAsync(HttpMethod.Delete, PathOf(name), null, cancel);
        return true;
    }

    public async Task UpsertAsync(VectorCollection collection, IReadOnlyList<VectorRecord> records, CancellationToken cancel)
    {
        collection.Check(records);
        HashSet<string> known = await PropertiesAsync(collection, cancel);
        foreach ((string property, string type) in records.SelectMany(record => record.Metadata).SelectMany(PropertiesOf).DistinctBy(each => each.Name).Where(each => !known.Contains(each.Name)))
            await _http.SendAsync(HttpMethod.Post, $"{PathOf(collection.Name)}/properties", json => WriteProperty(json, property, type, isFilterable: true), cancel);

        foreach (IReadOnlyList<VectorRecord> batch in RecordBatches.Of(records, MostRecords))
        {
            JsonElement answers = await _http.SendAsync(HttpMethod.Post, "/v1/batch/objects", json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("objects");
                foreach (VectorRecord record in batch)
                    Write(json, WeaviateNames.Classes.Of(collection.Name), record);
                json.WriteEndArray();
                json.WriteEndObject();
            }, cancel);
            // Each object has an answer of its own, in an answer that succeeds as a whole.
            foreach (JsonElement answer in answers.EnumerateArray())
            {
                if (answer.TryGetProperty("result", out JsonElement result) && result.TryGetProperty("errors", out JsonElement errors) && errors.ValueKind == JsonValueKind.Object && errors.TryGetProperty("error", out JsonElement list))
                    throw _http.Refusal(400, "/v1/batch/objects", list[0].GetProperty("message").GetString() ?? "");
            }
        }
    }

    public async Task<IReadOnlyList<VectorMatch>> QueryAsync(VectorCollection collection, VectorQuery query, CancellationToken cancel)
    {
        collection.Check(query);
        if (query.Count > MostMatches)
            throw new HoneException(Text.Of($"Weaviate gives at most {MostMatches} records for a query; {query.Count} were asked for. Ask for fewer.", $"Weaviate 每次查询最多返回 {MostMatches} 条记录，而请求了 {query.Count} 条。请减少数量。"));
        HashSet<string> known = await PropertiesAsync(collection, cancel);
        PlainFilter filter = PlainFilter.Of(query.Filter).Known(compare => known.Contains(WeaviateFilter.PropertyOf(compare)));
        if (filter.Constant == false)
            return [];
        string vector = string.Join(", ", query.Vector.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        string where = filter.Filter is { } given ? $", where: {WeaviateFilter.Of(given)}" : "";
        JsonElement found = await GetAsync(collection, string.Create(CultureInfo.InvariantCulture, $"nearVector: {{vector: [{vector}]}}, limit: {query.Count}{where}"), known, "id distance", cancel);
        return
        [
            .. found.EnumerateArray().Select(each =>
            {
                double distance = each.GetProperty("_additional").GetProperty("distance").GetDouble();
                double score = collection.Metric switch { VectorMetric.Cosine => 1 - distance, VectorMetric.DotProduct => -distance, _ => Math.Sqrt(Math.Max(0, distance)) };
                return new VectorMatch(IdOf(each, each.GetProperty("_additional")), score, MetadataOf(each));
            }),
        ];
    }

    public async Task<IReadOnlyList<VectorRecord>> FetchAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        HashSet<string> known = await PropertiesAsync(collection, cancel);
        List<VectorRecord> found = [];
        foreach (string[] part in ids.Distinct().Chunk(MostRecords))
        {
            string list = string.Join(", ", part.Select(id => $"\"{PointId.Of(id)}\""));
            JsonElement page = await GetAsync(collection, string.Create(CultureInfo.InvariantCulture, $"where: {{path: [\"id\"], operator: ContainsAny, valueText: [{list}]}}, limit: {part.Length}"), known, "id vector", cancel);
            found.AddRange(page.EnumerateArray().Select(each => new VectorRecord(IdOf(each, each.GetProperty("_additional")), each.GetProperty("_additional").GetProperty("vector").Vector(), MetadataOf(each))));
        }

        return RecordBatches.InOrder(ids, found);
    }

    public async IAsyncEnumerable<VectorRecord> ScanAsync(VectorCollection collection, [EnumeratorCancellation] CancellationToken cancel)
    {
        await PropertiesAsync(collection, cancel);
        string after = "";
        while (true)
        {
            JsonElement[] page = await ObjectsAsync(WeaviateNames.Classes.Of(collection.Name), MostRecords, after, cancel);
            foreach (JsonElement each in page)
                yield return new VectorRecord(IdOf(each.GetProperty("properties"), each), each.GetProperty("vector").Vector(), MetadataOf(each.GetProperty("properties")));
            if (page.Length < MostRecords)
                yield break;
            after = page[^1].GetProperty("id").GetString()!;
        }
    }

    public async Task DeleteAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        await PropertiesAsync(collection, cancel);
        foreach (string[] part in ids.Chunk(MostRecords))
        {
            await _http.SendAsync(HttpMethod.Delete, "/v1/batch/objects", json =>
            {
                json.WriteStartObject();
                json.WriteStartObject("match");
                json.WriteString("class", WeaviateNames.Classes.Of(collection.Name));
                json.WriteStartObject("where");
                json.WriteStrings("path", ["id"]);
                json.WriteString("operator", "ContainsAny");
                json.WriteStrings("valueTextArray", part.Select(PointId.Of));
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteString("output", "minimal");
                json.WriteEndObject();
            }, cancel);
        }
    }

    public async Task<long> CountAsync(VectorCollection collection, CancellationToken cancel)
    {
        await PropertiesAsync(collection, cancel);
        string name = WeaviateNames.Classes.Of(collection.Name);
        return (await GraphAsync($"{{ Aggregate {{ {name} {{ meta {{ count }} }} }} }}", cancel)).GetProperty("Aggregate").GetProperty(name)[0].GetProperty("meta").GetProperty("count").GetInt64();
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    static string PathOf(string name) => $"/v1/schema/{WeaviateNames.Classes.Of(name)}";

    /// <summary>The properties with plain values that a class has.</summary>
    async Task<HashSet<string>> PropertiesAsync(VectorCollection collection, CancellationToken cancel)
    {
        JsonElement found = await _http.FindAsync(HttpMethod.Get, PathOf(collection.Name), null, cancel) ?? throw collection.NotFound();
        return found.TryGetProperty("properties", out JsonElement properties) && properties.ValueKind == JsonValueKind.Array
            ? [.. properties.EnumerateArray().Where(property => property.GetProperty("dataType")[0].GetString() is "text" or "string" or "int" or "number" or "boolean").Select(property => property.GetProperty("name").GetString()!)]
            : [];
    }

    /// <summary>Objects of a class, with what makes a record of them.</summary>
    async Task<JsonElement> GetAsync(VectorCollection collection, string arguments, HashSet<string> known, string additional, CancellationToken cancel)
    {
        string name = WeaviateNames.Classes.Of(collection.Name);
        string fields = known.Contains(WeaviateNames.Metadata) ? $"{WeaviateNames.Id} {WeaviateNames.Metadata}" : string.Join(' ', known);
        return (await GraphAsync($"{{ Get {{ {name}({arguments}) {{ {fields} _additional {{ {additional} }} }} }} }}", cancel)).GetProperty("Get").GetProperty(name);
    }

    /// <summary>The data of an answer of GraphQL, which says its errors in an answer that succeeds.</summary>
    async Task<JsonElement> GraphAsync(string query, CancellationToken cancel)
    {
        JsonElement answer = await _http.SendAsync(HttpMethod.Post, "/v1/graphql", json =>
        {
            json.WriteStartObject();
            json.WriteString("query", query);
            json.WriteEndObject();
        }, cancel);
        if (answer.TryGetProperty("errors", out JsonElement errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0)
            throw _http.Refusal(400, "/v1/graphql", errors[0].GetProperty("message").GetString() ?? "");
        return answer.GetProperty("data");
    }

    async Task<JsonElement[]> ObjectsAsync(string foreign, int count, string after, CancellationToken cancel)
    {
        string from = after.Length > 0 ? $"&after={after}" : "";
        JsonElement page = await _http.SendAsync(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/v1/objects?class={foreign}&limit={count}&include=vector{from}"), null, cancel);
        return [.. page.GetProperty("objects").EnumerateArray()];
    }

    async Task<VectorCollection> CollectionOfAsync(JsonElement found, CancellationToken cancel)
    {
        string foreign = found.GetProperty("class").GetString()!;
        string? distance = found.TryGetProperty("vectorIndexConfig", out JsonElement index) && index.TryGetProperty("distance", out JsonElement named) ? named.GetString() : null;
        VectorMetric metric = distance switch { "dot" => VectorMetric.DotProduct, "l2-squared" => VectorMetric.Euclidean, _ => VectorMetric.Cosine };
        try
        {
            using var about = JsonDocument.Parse(found.GetProperty("description").GetString()!);
            return new VectorCollection(about.RootElement.GetProperty("hone_name").GetString()!, about.RootElement.GetProperty("hone_dimensions").GetInt32(), metric);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentNullException)
        {
            // A class that others made: its first object says how long its vectors are.
            JsonElement[] first = await ObjectsAsync(foreign, 1, "", cancel);
            return new VectorCollection(WeaviateNames.Classes.Back(foreign), first.Length > 0 && first[0].TryGetProperty("vector", out JsonElement vector) && vector.ValueKind == JsonValueKind.Array ? vector.GetArrayLength() : 0, metric);
        }
    }

    /// <summary>The properties that filters about a value ask for.</summary>
    static IEnumerable<(string Name, string Type)> PropertiesOf(KeyValuePair<string, MetadataValue> value)
    {
        yield return (WeaviateNames.ValueProperty(value.Key), "text");
        if (value.Value.Number is not null)
            yield return (WeaviateNames.NumberProperty(value.Key), "number");
    }

    static void WriteProperty(Utf8JsonWriter json, string name, string type, bool isFilterable)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteStrings("dataType", [type]);
        json.WriteBoolean("indexFilterable", isFilterable);
        if (type == "text")
        {
            json.WriteBoolean("indexSearchable", false);
            json.WriteString("tokenization", "field");
        }

        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, string foreign, VectorRecord record)
    {
        json.WriteStartObject();
        json.WriteString("class", foreign);
        json.WriteString("id", PointId.Of(record.Id));
        json.WritePropertyName("vector");
        json.WriteVector(record.Vector);
        json.WriteStartObject("properties");
        json.WriteString(WeaviateNames.Id, record.Id);
        json.WriteString(WeaviateNames.Metadata, Encoding.UTF8.GetString(DatabaseHttp.Json(inner => { inner.WriteStartObject(); inner.WriteMetadata(record.Metadata); inner.WriteEndObject(); })));
        foreach ((string key, MetadataValue value) in record.Metadata)
        {
            json.WriteString(WeaviateNames.ValueProperty(key), WeaviateNames.ValueOf(key, value));
            if (value.Number is { } number)
                json.WriteNumber(WeaviateNames.NumberProperty(key), number);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The id of a record: its own, or that of an object that others made.</summary>
    static string IdOf(JsonElement properties, JsonElement holder) =>
        properties.TryGetProperty(WeaviateNames.Id, out JsonElement own) && own.ValueKind == JsonValueKind.String ? own.GetString()! : holder.GetProperty("id").GetString()!;

    static Dictionary<string, MetadataValue> MetadataOf(JsonElement properties)
    {
        if (!properties.TryGetProperty(WeaviateNames.Metadata, out JsonElement own) || own.ValueKind != JsonValueKind.String)
            return properties.Metadata(name => name != "_additional");
        using var metadata = JsonDocument.Parse(own.GetString()!);
        return metadata.RootElement.Metadata();
    }
}
