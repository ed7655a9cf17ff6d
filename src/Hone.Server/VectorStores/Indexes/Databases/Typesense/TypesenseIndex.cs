using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases.Typesense;

/// <summary>
/// Collections of Typesense, over its HTTP interface. A document has the metadata as one JSON text, beside the words and numbers that filters ask for. Typesense
/// measures the cosine and the dot product.
/// </summary>
/// <remarks>Held against Typesense's OpenAPI description (typesense-api-spec) and, for vector queries and the limits of filters, its own code: distances are 1 less the metric.</remarks>
sealed partial class TypesenseIndex : IVectorIndex
{
    const string KeyVariable = "TYPESENSE_API_KEY";
    const int MostRecords = 500;

    /// <summary>The most records of one answer.</summary>
    const int MostMatches = 250;

    const string Id = "hone_id";
    const string Vector = "embedding";
    const string Metadata = "hone_metadata";
    const string NumberFields = "_hone_n_.*";

    /// <summary>So many records that fit a filter are measured one by one: the index of neighbours finds too few of them.</summary>
    const int MostOneByOne = 10_000;

    /// <summary>Farther than any vector: about the largest number of 32 bits.</summary>
    const string Farthest = "3e38";

    /// <summary>So many ids stand in the address of a request, which has a longest length.</summary>
    const int MostDocuments = 40;

    static readonly ForeignName Names = new("hone_", 255, hasCapitals: true, Allowed().IsMatch);

    readonly DatabaseHttp _http;

    /// <param name="address"><c>//HOST:PORT</c>, or the same after <c>https:</c>.</param>
    /// <param name="handler">Carries the requests; null for the network.</param>
    public TypesenseIndex(string address, HttpMessageHandler? handler = null)
    {
        var place = DatabaseAddress.Parse(address, "typesense", KeyVariable, 8108);
        _http = new DatabaseHttp("Typesense", place.Http, DatabaseKey.OfHeader(KeyVariable), KeyVariable, "X-TYPESENSE-API-KEY", handler);
    }

    public bool Supports(VectorMetric metric) => metric is VectorMetric.Cosine or VectorMetric.DotProduct;

    public async Task CreateAsync(VectorCollection collection, CancellationToken cancel)
    {
        collection.Check();
        if (!Supports(collection.Metric))
            throw new HoneException(Text.Of("Typesense compares by the cosine or the dot product. Use one of them, or another database.", "Typesense 只支持余弦和点积。请使用其中之一，或改用其他数据库。"));
        if (await FindAsync(collection.Name, cancel) is not null)
            throw collection.Exists();
        await _http.SendAsync(HttpMethod.Post, "/collections", json =>
        {
            json.WriteString("name", Names.Of(collection.Name));
            json.WriteStartArray("fields");
            WriteField(json, Id, "string");
            json.WriteStartObject();
            json.WriteString("name", Vector);
            json.WriteString("type", "float[]");
            json.WriteNumber("num_dim", collection.Dimensions);
            json.WriteString("vec_dist", collection.Metric == VectorMetric.Cosine ? "cosine" : "ip");
            json.WriteEndObject();
            WriteField(json, TypesenseFilter.Words, "string[]");
            WriteField(json, NumberFields, "float", isOptional: true);
            json.WriteEndArray();
            json.WriteStartObject("metadata");
            json.WriteString("hone_name", collection.Name);
            json.WriteEndObject();
        }, cancel);
    }

    public async Task<VectorCollection?> FindAsync(string name, CancellationToken cancel) =>
        name.Length > 0 && await _http.FindAsync(HttpMethod.Get, PathOf(name), null, cancel) is { } found ? CollectionOf(found) : null;

    public async Task<IReadOnlyList<VectorCollection>> ListAsync(CancellationToken cancel) =>
        await UnreadableCollection.ReadableAsync<JsonElement>((await _http.SendAsync(HttpMethod.Get, "/collections", null, cancel)).Elements(), each => Task.FromResult<VectorCollection?>(CollectionOf(each)));

    public async Task<bool> DropAsync(string name, CancellationToken cancel) => name.Length > 0 && await _http.FindAsync(HttpMethod.Delete, PathOf(name), null, cancel) is not null;

    public async Task UpsertAsync(VectorCollection collection, IReadOnlyList<VectorRecord> records, CancellationToken cancel)
    {
        collection.Check(records);
        if (records.Count == 0)
            await CountAsync(collection, cancel);
        foreach (IReadOnlyList<VectorRecord> batch in RecordBatches.Of(records, MostRecords))
        {
            string path = $"{PathOf(collection.Name)}/documents/import?action=upsert";
            byte[] lines = [.. batch.SelectMany(record => RecordJson.Object(json => Write(json, record)).Append((byte)'\n'))];
            int answered = 0;
            await foreach (string line in LinesAsync(collection, HttpMethod.Post, path, lines, cancel))
            {
                answered++;
                // Each document has an answer of its own, in an answer that succeeds as a whole.
                using JsonDocument document = RecordJson.Parse(line);
                if (document.RootElement.Member("success").ValueKind != JsonValueKind.True)
                    throw _http.Refusal(400, path, document.RootElement.Has("error", out JsonElement said) ? said.String() : "");
            }

            if (answered != batch.Count)
                throw _http.Refusal(200, path, Text.Of($"it took {answered} of {batch.Count} documents", $"只接收了 {batch.Count} 个文档中的 {answered} 个"));
        }
    }

    public async Task<IReadOnlyList<VectorMatch>> QueryAsync(VectorCollection collection, VectorQuery query, CancellationToken cancel)
    {
        collection.Check(query);
        JsonElement about = await _http.FindAsync(HttpMethod.Get, PathOf(collection.Name), null, cancel) ?? throw collection.NotFound();
        HashSet<string> fields = [.. about.Member("fields").Elements().Select(field => field.String("name"))];
        PlainFilter plain = PlainFilter.Of(query.Filter);
        if (plain.Filter is not null && !fields.Contains(TypesenseFilter.Words))
            throw UnreadableCollection.WithoutFilters(collection);
        // A field of numbers is there once a document has one; filters about another are refused.
        PlainFilter filter = plain.Known(compare => compare.Comparator is Comparator.Eq or Comparator.Ne || fields.Contains(WordsOfMetadata.NumberField(compare.Key)));
        List<VectorMatch> matches = [];
        for (int page = 1; filter.Constant != false && matches.Count < query.Count; page++)
        {
            int number = page;
            JsonElement answer = await _http.SendAsync(HttpMethod.Post, "/multi_search", json => Write(json, collection, query, filter.Filter, number), cancel);
            JsonElement found = answer.Member("results").At(0);
            if (found.Has("error", out JsonElement said))
                throw _http.Refusal(found.Has("code", out JsonElement code) ? code.Int32() : 400, "/multi_search", said.String());
            if (found.Has("search_cutoff", out JsonElement cut) && cut.ValueKind == JsonValueKind.True)
                throw _http.Refusal(408, "/multi_search", Text.Of("the search took too long and was cut off, so that records are missing", "查询耗时过长而被截断，结果不完整"));
            VectorMatch[] hits = [.. found.Member("hits").Elements().Select(hit => new VectorMatch(IdOf(hit.Member("document")), 1 - hit.Number("vector_distance"), MetadataOf(hit.Member("document"))))];
            matches.AddRange(hits);
            if (hits.Length < MostMatches)
                break;
        }

        return [.. matches.Take(query.Count)];
    }

    public async Task<IReadOnlyList<VectorRecord>> FetchAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        List<VectorRecord> found = [];
        foreach (string[] part in ids.Distinct().Chunk(MostDocuments))
        {
            await foreach (string line in LinesAsync(collection, HttpMethod.Get, $"{PathOf(collection.Name)}/documents/export?filter_by={DatabaseHttp.Escape(FilterOf(part))}", null, cancel))
                found.Add(RecordOf(line));
        }

        if (ids.Count == 0)
            await CountAsync(collection, cancel);
        return RecordBatches.InOrder(ids, found);
    }

    public async IAsyncEnumerable<VectorRecord> ScanAsync(VectorCollection collection, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (string line in LinesAsync(collection, HttpMethod.Get, $"{PathOf(collection.Name)}/documents/export", null, cancel))
            yield return RecordOf(line);
    }

    public async Task DeleteAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        foreach (string[] part in ids.Chunk(MostDocuments))
        {
            if (await _http.FindAsync(HttpMethod.Delete, $"{PathOf(collection.Name)}/documents?filter_by={DatabaseHttp.Escape(FilterOf(part))}", null, cancel) is null)
                throw collection.NotFound();
        }
    }

    public async Task<long> CountAsync(VectorCollection collection, CancellationToken cancel) =>
        (await _http.FindAsync(HttpMethod.Get, PathOf(collection.Name), null, cancel) ?? throw collection.NotFound()).Whole("num_documents");

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    static string PathOf(string name) => $"/collections/{Names.Of(name)}";

    /// <summary>The id of a document: letters, digits and hyphens alone, since it stands in filters and addresses.</summary>
    static string DocumentId(string id) => PointId.Of(id);

    static string FilterOf(IEnumerable<string> ids) => $"id:[{string.Join(',', ids.Select(DocumentId))}]";

    static void WriteField(Utf8JsonWriter json, string name, string type, bool isOptional = false)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("type", type);
        if (isOptional)
            json.WriteBoolean("optional", true);
        json.WriteEndObject();
    }

    /// <summary>The members of a document.</summary>
    static void Write(Utf8JsonWriter json, VectorRecord record)
    {
        json.WriteString("id", DocumentId(record.Id));
        json.WriteString(Id, record.Id);
        json.WritePropertyName(Vector);
        json.WriteVector(record.Vector);
        json.WriteString(Metadata, RecordJson.TextOf(record.Metadata));
        json.WriteStrings(TypesenseFilter.Words, WordsOfMetadata.Of(record.Metadata).Select(TypesenseFilter.Plain));
        foreach ((string key, MetadataValue value) in record.Metadata)
        {
            if (value.Number is { } number)
                json.WriteNumber(WordsOfMetadata.NumberField(key), number);
        }
    }

    /// <summary>The members of a search for one page.</summary>
    static void Write(Utf8JsonWriter json, VectorCollection collection, VectorQuery query, VectorFilter? filter, int page)
    {
        json.WriteStartArray("searches");
        json.WriteStartObject();
        json.WriteString("collection", Names.Of(collection.Name));
        json.WriteString("q", "*");
        string vector = string.Join(',', query.Vector.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        // Typesense leaves out what is farther than 2.01, which an inner product may be; of the cosine it takes no threshold above 2.
        string threshold = collection.Metric == VectorMetric.DotProduct ? $", distance_threshold:{Farthest}" : "";
        json.WriteString("vector_query", string.Create(CultureInfo.InvariantCulture, $"{Vector}:([{vector}], k:{Math.Max(query.Count, MostMatches)}, flat_search_cutoff:{MostOneByOne}{threshold})"));
        if (filter is not null)
            json.WriteString("filter_by", TypesenseFilter.Of(filter));
        // All but these: documents of others have fields of their own.
        json.WriteString("exclude_fields", $"{Vector},{TypesenseFilter.Words}");
        json.WriteNumber("per_page", MostMatches);
        json.WriteNumber("page", page);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    async IAsyncEnumerable<string> LinesAsync(VectorCollection collection, HttpMethod method, string path, byte[]? body, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using IAsyncEnumerator<string> lines = _http.LinesAsync(method, path, body, cancel).GetAsyncEnumerator(cancel);
        while (true)
        {
            try
            {
                if (!await lines.MoveNextAsync())
                    yield break;
            }
            catch (DatabaseRefusal refusal) when (refusal.Status == 404)
            {
                throw collection.NotFound();
            }

            yield return lines.Current;
        }
    }

    static VectorRecord RecordOf(string line)
    {
        using JsonDocument document = RecordJson.Parse(line);
        string id = IdOf(document.RootElement);
        return new VectorRecord(id, document.RootElement.VectorOf(Vector, id), MetadataOf(document.RootElement));
    }

    static string IdOf(JsonElement document) => document.Has(Id, out JsonElement own) ? own.String() : document.String("id");

    /// <summary>The metadata of documents that others made are their fields.</summary>
    static Dictionary<string, MetadataValue> MetadataOf(JsonElement document)
    {
        return document.Has(Metadata, out JsonElement own) ? RecordJson.MetadataOf(own.String()) : document.Metadata(name => name is not ("id" or Vector));
    }

    /// <exception cref="UnreadableCollection">It has no such vectors.</exception>
    static VectorCollection CollectionOf(JsonElement found)
    {
        string foreign = found.String("name");
        JsonElement field = found.Member("fields").Elements().FirstOrDefault(each => each.String("name") == Vector && each.Has("num_dim", out _));
        if (field.ValueKind == JsonValueKind.Undefined)
            throw new UnreadableCollection(Names.Back(foreign), Text.Of($"its documents have no vectors in a field \"{Vector}\"", $"其文档没有名为“{Vector}”的向量字段"));
        string? name = found.Has("metadata", out JsonElement about) && about.Has("hone_name", out JsonElement kept) ? kept.String() : null;
        VectorMetric metric = field.Has("vec_dist", out JsonElement distance) && distance.String() == "ip" ? VectorMetric.DotProduct : VectorMetric.Cosine;
        return new VectorCollection(name ?? Names.Back(foreign), field.Int32("num_dim"), metric);
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]+\z")]
    private static partial Regex Allowed();
}
