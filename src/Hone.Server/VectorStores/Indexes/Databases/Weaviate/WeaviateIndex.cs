using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases.Weaviate;

/// <summary>
/// Classes of Weaviate, over REST and GraphQL. An object has the id and the metadata as texts, and for each value a property that filters ask for. Weaviate knows no
/// dimensions before the first object: they are in the class's description.
/// </summary>
/// <remarks>Held against Weaviate's OpenAPI description (openapi-specs/schema.json, 1.40) and the reference of its GraphQL: distances are 1 less the cosine, the dot product with the other sign, and the square of the Euclidean distance.</remarks>
sealed class WeaviateIndex : IVectorIndex
{
    const string KeyVariable = "WEAVIATE_API_KEY";
    const string Batch = "/v1/batch/objects";
    const int MostRecords = 500;

    /// <summary>Weaviate's usual limit of one answer (QUERY_MAXIMUM_RESULTS).</summary>
    const int MostMatches = 10_000;

    /// <summary>Values that GraphQL gives without being told their members.</summary>
    static readonly HashSet<string> PlainTypes = new(((string[])["text", "string", "int", "number", "boolean", "date", "uuid"]).SelectMany(type => (string[])[type, $"{type}[]"]), StringComparer.Ordinal);

    readonly DatabaseHttp _http;

    /// <param name="address"><c>//HOST:PORT</c>, or the same after <c>https:</c>.</param>
    /// <param name="handler">Carries the requests; null for the network.</param>
    public WeaviateIndex(string address, HttpMessageHandler? handler = null)
    {
        var place = DatabaseAddress.Parse(address, "weaviate", KeyVariable, 8080);
        _http = new DatabaseHttp("Weaviate", place.Http, DatabaseKey.OfHeader(KeyVariable), KeyVariable, "Authorization", handler);
    }

    public bool Supports(VectorMetric metric) => true;

    public async Task CreateAsync(VectorCollection collection, CancellationToken cancel)
    {
        collection.Check();
        if (await FindAsync(collection.Name, cancel) is not null)
            throw collection.Exists();
        await _http.SendAsync(HttpMethod.Post, "/v1/schema", json =>
        {
            json.WriteString("class", WeaviateNames.Classes.Of(collection.Name));
            json.WriteString("description", RecordJson.ObjectText(inner =>
            {
                inner.WriteString("hone_name", collection.Name);
                inner.WriteNumber("hone_dimensions", collection.Dimensions);
            }));
            json.WriteString("vectorizer", "none");
            json.WriteString("vectorIndexType", "hnsw");
            json.WriteStartObject("vectorIndexConfig");
            json.WriteString("distance", collection.Metric switch { VectorMetric.Cosine => "cosine", VectorMetric.DotProduct => "dot", _ => "l2-squared" });
            json.WriteEndObject();
            json.WriteStartObject("invertedIndexConfig");
            json.WriteBoolean("indexNullState", true);
            json.WriteEndObject();
            json.WriteStartArray("properties");
            foreach (string name in (string[])[WeaviateNames.Id, WeaviateNames.Metadata])
            {
                json.WriteStartObject();
                WriteProperty(json, name, "text", isFilterable: false);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }, cancel);
    }

    public async Task<VectorCollection?> FindAsync(string name, CancellationToken cancel) =>
        name.Length > 0 && await _http.FindAsync(HttpMethod.Get, PathOf(name), null, cancel) is { } found ? await CollectionOfAsync(found, cancel) : null;

    public async Task<IReadOnlyList<VectorCollection>> ListAsync(CancellationToken cancel)
    {
        JsonElement found = await _http.SendAsync(HttpMethod.Get, "/v1/schema", null, cancel);
        return await UnreadableCollection.ReadableAsync<JsonElement>(found.Member("classes").Elements(), async each => await CollectionOfAsync(each, cancel));
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
            JsonElement answers = await _http.SendAsync(HttpMethod.Post, Batch, json =>
            {
                json.WriteStartArray("objects");
                foreach (VectorRecord record in batch)
                    Write(json, WeaviateNames.Classes.Of(collection.Name), record);
                json.WriteEndArray();
            }, cancel);
            // Each object has an answer of its own, in an answer that succeeds as a whole.
            foreach (JsonElement answer in answers.Elements())
                ThrowIfRefused(answer.Member("result"));
            if (answers.GetArrayLength() != batch.Count)
                throw _http.Refusal(200, Batch, Text.Of($"it answers about {answers.GetArrayLength()} of {batch.Count} objects", $"{batch.Count} 个对象中只回答了 {answers.GetArrayLength()} 个"));
        }
    }

    public async Task<IReadOnlyList<VectorMatch>> QueryAsync(VectorCollection collection, VectorQuery query, CancellationToken cancel)
    {
        collection.Check(query, "Weaviate", MostMatches);
        HashSet<string> known = await PropertiesAsync(collection, cancel);
        PlainFilter plain = PlainFilter.Of(query.Filter), filter = plain.Known(compare => known.Contains(WeaviateFilter.PropertyOf(compare)));
        if (plain.Filter is not null && !known.Contains(WeaviateNames.Metadata))
            throw UnreadableCollection.WithoutFilters(collection);
        if (filter.Constant == false)
            return [];
        string vector = string.Join(", ", query.Vector.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        string where = filter.Filter is { } given ? $", where: {WeaviateFilter.Of(given)}" : "";
        JsonElement found = await GetAsync(collection, string.Create(CultureInfo.InvariantCulture, $"nearVector: {{vector: [{vector}]}}, limit: {query.Count}{where}"), known, "id distance", cancel);
        return
        [
            .. found.Elements().Select(each =>
            {
                double distance = each.Member("_additional").Number("distance");
                double score = collection.Metric switch { VectorMetric.Cosine => 1 - distance, VectorMetric.DotProduct => -distance, _ => Math.Sqrt(Math.Max(0, distance)) };
                return new VectorMatch(IdOf(each, each.Member("_additional")), score, MetadataOf(each));
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
            found.AddRange(page.Elements().Select(each => RecordOf(each, each.Member("_additional"))));
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
                yield return RecordOf(each.Member("properties"), each);
            if (page.Length < MostRecords)
                yield break;
            after = page[^1].String("id");
        }
    }

    public async Task DeleteAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        await PropertiesAsync(collection, cancel);
        foreach (string[] part in ids.Chunk(MostRecords))
        {
            JsonElement answer = await _http.SendAsync(HttpMethod.Delete, Batch, json =>
            {
                json.WriteStartObject("match");
                json.WriteString("class", WeaviateNames.Classes.Of(collection.Name));
                json.WriteStartObject("where");
                json.WriteStrings("path", ["id"]);
                json.WriteString("operator", "ContainsAny");
                json.WriteStrings("valueTextArray", part.Select(PointId.Of));
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteString("output", "minimal");
            }, cancel);
            // Of those that were not deleted each has an answer of its own, in an answer that succeeds as a whole.
            foreach (JsonElement each in answer.Member("results").List("objects"))
                ThrowIfRefused(each);
        }
    }

    public async Task<long> CountAsync(VectorCollection collection, CancellationToken cancel)
    {
        await PropertiesAsync(collection, cancel);
        string name = WeaviateNames.Classes.Of(collection.Name);
        return (await GraphAsync($"{{ Aggregate {{ {name} {{ meta {{ count }} }} }} }}", cancel)).Member("Aggregate").Member(name).At(0).Member("meta").Whole("count");
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <exception cref="DatabaseRefusal">One object of several was not done.</exception>
    void ThrowIfRefused(JsonElement result)
    {
        JsonElement error = result.Has("errors", out JsonElement errors) ? errors.List("error").FirstOrDefault() : default;
        if (error.ValueKind == JsonValueKind.Object || (result.Has("status", out JsonElement status) && status.String() == "FAILED"))
            throw _http.Refusal(422, Batch, error.ValueKind == JsonValueKind.Object && error.Has("message", out JsonElement said) ? said.String() : "");
    }

    static string PathOf(string name) => $"/v1/schema/{WeaviateNames.Classes.Of(name)}";

    /// <summary>The properties with plain values that a class has.</summary>
    async Task<HashSet<string>> PropertiesAsync(VectorCollection collection, CancellationToken cancel)
    {
        JsonElement found = await _http.FindAsync(HttpMethod.Get, PathOf(collection.Name), null, cancel) ?? throw collection.NotFound();
        return found.Has("properties", out JsonElement properties) && properties.ValueKind == JsonValueKind.Array
            ? [.. properties.Elements().Where(property => PlainTypes.Contains(property.Member("dataType").At(0).String())).Select(property => property.String("name"))]
            : [];
    }

    /// <summary>Objects of a class, with what makes a record of them.</summary>
    async Task<JsonElement> GetAsync(VectorCollection collection, string arguments, HashSet<string> known, string additional, CancellationToken cancel)
    {
        string name = WeaviateNames.Classes.Of(collection.Name);
        string fields = known.Contains(WeaviateNames.Metadata) ? $"{WeaviateNames.Id} {WeaviateNames.Metadata}" : string.Join(' ', known);
        return (await GraphAsync($"{{ Get {{ {name}({arguments}) {{ {fields} _additional {{ {additional} }} }} }} }}", cancel)).Member("Get").Member(name);
    }

    /// <summary>The data of an answer of GraphQL, which says its errors in an answer that succeeds.</summary>
    async Task<JsonElement> GraphAsync(string query, CancellationToken cancel)
    {
        JsonElement answer = await _http.SendAsync(HttpMethod.Post, "/v1/graphql", json =>
        {
            json.WriteString("query", query);
        }, cancel);
        if (answer.Has("errors", out JsonElement errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0)
            throw _http.Refusal(400, "/v1/graphql", errors[0].String("message"));
        return answer.Member("data");
    }

    /// <param name="after">The id before the first that is asked for; empty for those at the beginning of the order of ids, without which there is no order.</param>
    async Task<JsonElement[]> ObjectsAsync(string foreign, int count, string after, CancellationToken cancel)
    {
        JsonElement page = await _http.SendAsync(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/v1/objects?class={foreign}&limit={count}&include=vector&after={after}"), null, cancel);
        return [.. page.List("objects")];
    }

    /// <exception cref="UnreadableCollection">Other distances, vectors under names, or tenants of whom one would have to be named.</exception>
    async Task<VectorCollection> CollectionOfAsync(JsonElement found, CancellationToken cancel)
    {
        string foreign = found.String("class"), given = WeaviateNames.Classes.Back(foreign);
        if (IsDivided(found))
            throw new UnreadableCollection(given, Text.Of("its objects belong to tenants, of whom Hone can name none", "其对象按租户划分，而 Hone 无法指定租户"));
        if (!(found.Has("vectorIndexConfig", out JsonElement index) && index.Has("distance", out JsonElement named)))
            throw UnreadableCollection.OfVectors(given);
        string? distance = named.String();
        VectorMetric metric = distance switch { "cosine" => VectorMetric.Cosine, "dot" => VectorMetric.DotProduct, "l2-squared" => VectorMetric.Euclidean, _ => throw UnreadableCollection.OfMetric(given, distance) };
        Dictionary<string, MetadataValue> own = RecordJson.DescriptionOf(found.Has("description", out JsonElement said) ? said.String() : null);
        if (own.GetValueOrDefault("hone_name").Text is { } name && own.GetValueOrDefault("hone_dimensions").Number is { } dimensions)
            return new VectorCollection(name, (int)dimensions, metric);
        // A class that others made: its first object says how long its vectors are.
        JsonElement[] first = await ObjectsAsync(foreign, 1, "", cancel);
        return new VectorCollection(given, first.Length > 0 && first[0].Has("vector", out JsonElement vector) && vector.ValueKind == JsonValueKind.Array ? vector.GetArrayLength() : 0, metric);
    }

    static bool IsDivided(JsonElement found) => found.Has("multiTenancyConfig", out JsonElement tenants) && tenants.Has("enabled", out JsonElement enabled) && enabled.ValueKind == JsonValueKind.True;

    /// <summary>The properties that filters about a value ask for.</summary>
    static IEnumerable<(string Name, string Type)> PropertiesOf(KeyValuePair<string, MetadataValue> value)
    {
        yield return (WeaviateNames.ValueProperty(value.Key), "text");
        if (value.Value.Number is not null)
            yield return (WeaviateNames.NumberProperty(value.Key), "number");
    }

    /// <summary>The members of a property.</summary>
    static void WriteProperty(Utf8JsonWriter json, string name, string type, bool isFilterable)
    {
        json.WriteString("name", name);
        json.WriteStrings("dataType", [type]);
        json.WriteBoolean("indexFilterable", isFilterable);
        if (type == "text")
        {
            json.WriteBoolean("indexSearchable", false);
            json.WriteString("tokenization", "field");
        }
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
        json.WriteString(WeaviateNames.Metadata, RecordJson.TextOf(record.Metadata));
        foreach ((string key, MetadataValue value) in record.Metadata)
        {
            json.WriteString(WeaviateNames.ValueProperty(key), WeaviateNames.ValueOf(key, value));
            if (value.Number is { } number)
                json.WriteNumber(WeaviateNames.NumberProperty(key), number);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <param name="holder">What has the object's id and vector.</param>
    static VectorRecord RecordOf(JsonElement properties, JsonElement holder)
    {
        string id = IdOf(properties, holder);
        return new VectorRecord(id, holder.VectorOf("vector", id), MetadataOf(properties));
    }

    /// <summary>The id of a record: its own, or that of an object that others made.</summary>
    static string IdOf(JsonElement properties, JsonElement holder) =>
        properties.Has(WeaviateNames.Id, out JsonElement own) && own.ValueKind == JsonValueKind.String ? own.String() : holder.String("id");

    static Dictionary<string, MetadataValue> MetadataOf(JsonElement properties)
    {
        return properties.Has(WeaviateNames.Metadata, out JsonElement own) && own.ValueKind == JsonValueKind.String
            ? RecordJson.MetadataOf(own.String())
            : properties.Metadata(name => name != "_additional");
    }
}
