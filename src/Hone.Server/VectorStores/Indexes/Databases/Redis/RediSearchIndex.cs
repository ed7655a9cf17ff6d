using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Hone.Server.VectorStores.Indexes.Databases.Redis;

/// <summary>
/// Indexes of RediSearch (<c>FT.CREATE</c>, <c>FT.SEARCH</c>), where a Redis has it. A record is a hash under a key of its own; a hash knows the collections. Numbers of
/// metadata become fields of the index when they first come.
/// </summary>
/// <remarks>Held against RediSearch's reference of the commands and of vectors (2.6), with queries in dialect 2: of the cosine and the inner product it gives 1 less that, of Euclidean distances the square.</remarks>
sealed class RediSearchIndex(string address) : IVectorIndex
{
    const string Known = "hone:search-collections";
    const string Id = "hone_id";
    const string Vector = "hone_vector";
    const string Metadata = "hone_metadata";
    const string Score = "hone_score";
    const int MostAtOnce = 500;

    /// <summary>So many neighbours are looked at, at least: RediSearch's own 10 finds too few of ten.</summary>
    const string SearchEffort = "200";

    /// <summary>Milliseconds. After its usual half second RediSearch answers with what it found until then, and says nothing of it.</summary>
    const string SearchTime = "100000";

    /// <summary>RediSearch's usual limit of one answer (MAXSEARCHRESULTS).</summary>
    const int MostMatches = 1_000_000;

    readonly RespConnection _redis = RedisPlace.Connection(address, "redisearch");

    public bool Supports(VectorMetric metric) => true;

    public async Task CreateAsync(VectorCollection collection, CancellationToken cancel)
    {
        collection.Check();
        if (await FindAsync(collection.Name, cancel) is not null)
            throw collection.Exists();
        string about = RecordJson.ObjectText(json =>
        {
            json.WriteNumber("dimensions", collection.Dimensions);
            json.WriteString("metric", WordOf(collection.Metric));
        });
        // Only what the hash knows is a collection: an index without that is what an interrupted creation or deletion left.
        await DropIndexAsync(collection.Name, cancel);
        await _redis.SendAsync(cancel, "FT.CREATE", IndexOf(collection.Name), "ON", "HASH", "PREFIX", "1", PrefixOf(collection.Name), "SCHEMA",
            Vector, "VECTOR", "HNSW", "8", "TYPE", "FLOAT32", "DIM", collection.Dimensions.ToString(CultureInfo.InvariantCulture), "DISTANCE_METRIC", WordOf(collection.Metric), "EF_RUNTIME", SearchEffort,
            RediSearchFilter.Words, "TAG", "SEPARATOR", ",");
        await _redis.SendAsync(cancel, "HSET", Known, collection.Name, about);
    }

    public async Task<VectorCollection?> FindAsync(string name, CancellationToken cancel)
    {
        if ((await _redis.SendAsync(cancel, "HGET", Known, name)).Text is not { } about)
            return null;
        using var document = JsonDocument.Parse(about);
        return CollectionOf(name, document.RootElement);
    }

    public async Task<IReadOnlyList<VectorCollection>> ListAsync(CancellationToken cancel)
    {
        List<VectorCollection> collections = [];
        foreach (RespValue[] pair in (await _redis.SendAsync(cancel, "HGETALL", Known)).Items.Chunk(2))
        {
            using var document = JsonDocument.Parse(pair[1].Text!);
            collections.Add(CollectionOf(pair[0].Text!, document.RootElement));
        }

        return collections;
    }

    public async Task<bool> DropAsync(string name, CancellationToken cancel)
    {
        if (await FindAsync(name, cancel) is null)
            return false;
        await _redis.SendAsync(cancel, "HDEL", Known, name);
        await DropIndexAsync(name, cancel);
        return true;
    }

    public async Task UpsertAsync(VectorCollection collection, IReadOnlyList<VectorRecord> records, CancellationToken cancel)
    {
        collection.Check(records);
        await CheckExistsAsync(collection, cancel);
        string[] numbers = [.. records.SelectMany(record => record.Metadata).Where(pair => pair.Value.Number is not null).Select(pair => WordsOfMetadata.NumberField(pair.Key)).Distinct()];
        HashSet<string> known = numbers.Length > 0 ? await FieldsAsync(collection, cancel) : [];
        foreach (string field in numbers.Where(field => !known.Contains(field)))
            await _redis.SendAsync(cancel, "FT.ALTER", IndexOf(collection.Name), "SCHEMA", "ADD", field, "NUMERIC");
        foreach (IReadOnlyList<VectorRecord> batch in RecordBatches.Of(records, MostAtOnce))
            await _redis.GoodAsync([.. batch.SelectMany(record => (object[][])[["MULTI"], ["DEL", KeyOf(collection.Name, record.Id)], HashOf(collection.Name, record), ["EXEC"]])], cancel);
    }

    public async Task<IReadOnlyList<VectorMatch>> QueryAsync(VectorCollection collection, VectorQuery query, CancellationToken cancel)
    {
        collection.Check(query, "RediSearch", MostMatches);
        await CheckExistsAsync(collection, cancel);
        HashSet<string> known = await FieldsAsync(collection, cancel);
        PlainFilter filter = PlainFilter.Of(query.Filter).Known(compare => compare.Comparator is Comparator.Eq or Comparator.Ne || known.Contains(WordsOfMetadata.NumberField(compare.Key)));
        if (filter.Constant == false)
            return [];
        string where = filter.Filter is { } left ? $"({RediSearchFilter.Of(left)})" : "*";
        string count = query.Count.ToString(CultureInfo.InvariantCulture);
        RespValue found = await _redis.SendAsync(cancel, "FT.SEARCH", IndexOf(collection.Name), $"{where}=>[KNN {count} @{Vector} $vector AS {Score}]", "PARAMS", "2", "vector", RedisPlace.Bytes(query.Vector),
            "SORTBY", Score, "ASC", "RETURN", "3", Id, Metadata, Score, "LIMIT", "0", count, "TIMEOUT", SearchTime, "DIALECT", "2");
        // The number of all, and then for each its key and its fields, which are nothing where the record went meanwhile.
        return
        [
            .. found.Items.Skip(1).Chunk(2).Where(each => each is [_, { IsNull: false }]).Select(each => Fields(each[1])).Select(fields =>
            {
                double distance = fields[Score].Number;
                double score = collection.Metric == VectorMetric.Euclidean ? Math.Sqrt(Math.Max(0, distance)) : 1 - distance;
                return new VectorMatch(fields[Id].Text!, score, RecordJson.MetadataOf(fields[Metadata].Text ?? "{}"));
            }),
        ];
    }

    public async Task<IReadOnlyList<VectorRecord>> FetchAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        await CheckExistsAsync(collection, cancel);
        List<VectorRecord> found = [];
        foreach (string[] part in ids.Chunk(MostAtOnce))
            found.AddRange(await RecordsAsync([.. part.Select(id => KeyOf(collection.Name, id))], cancel));
        return found;
    }

    public async IAsyncEnumerable<VectorRecord> ScanAsync(VectorCollection collection, [EnumeratorCancellation] CancellationToken cancel)
    {
        await CheckExistsAsync(collection, cancel);
        await foreach (string[] part in KeysAsync(collection.Name, cancel))
        {
            foreach (VectorRecord record in await RecordsAsync(part, cancel))
                yield return record;
        }
    }

    public async Task DeleteAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        await CheckExistsAsync(collection, cancel);
        foreach (string[] part in ids.Chunk(MostAtOnce))
            await _redis.GoodAsync([["DEL", .. part.Select(id => KeyOf(collection.Name, id))]], cancel);
    }

    public async Task<long> CountAsync(VectorCollection collection, CancellationToken cancel)
    {
        await CheckExistsAsync(collection, cancel);
        return (await _redis.SendAsync(cancel, "FT.SEARCH", IndexOf(collection.Name), "*", "LIMIT", "0", "0", "TIMEOUT", SearchTime, "DIALECT", "2")).Items[0].Integer ?? 0;
    }

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    static string WordOf(VectorMetric metric) => metric switch { VectorMetric.Cosine => "COSINE", VectorMetric.DotProduct => "IP", _ => "L2" };

    /// <summary>Names of collections have no signs that stand for others in a pattern: they are digits here.</summary>
    static string IndexOf(string name) => $"hone-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..32]}";

    static string PrefixOf(string name) => $"{IndexOf(name)}:";

    static string KeyOf(string name, string id) => PrefixOf(name) + id;

    static VectorCollection CollectionOf(string name, JsonElement about)
    {
        string? metric = about.Member("metric").GetString();
        return new VectorCollection(name, about.Member("dimensions").GetInt32(), Enum.GetValues<VectorMetric>().First(each => WordOf(each) == metric));
    }

    /// <summary>Deletes the index of a collection, where it is there, and its records.</summary>
    async Task DropIndexAsync(string name, CancellationToken cancel)
    {
        // Every version says in other words that there is none.
        if ((await _redis.SendAsync([["FT.INFO", IndexOf(name)]], cancel))[0].Error is null)
            await _redis.SendAsync(cancel, "FT.DROPINDEX", IndexOf(name), "DD");
        // An index that is still being filled leaves the records that it has not come to, and the next of that name would find them.
        await foreach (string[] part in KeysAsync(name, cancel))
            await _redis.GoodAsync([["DEL", .. part]], cancel);
    }

    /// <summary>The keys of the records of a collection, in parts.</summary>
    async IAsyncEnumerable<string[]> KeysAsync(string name, [EnumeratorCancellation] CancellationToken cancel)
    {
        // A scan may name a key twice.
        HashSet<string> seen = new(StringComparer.Ordinal);
        string cursor = "0";
        do
        {
            RespValue page = await _redis.SendAsync(cancel, "SCAN", cursor, "MATCH", $"{PrefixOf(name)}*", "COUNT", "1000");
            cursor = page.Items[0].Text!;
            foreach (string[] part in page.Items[1].Items.Select(key => key.Text!).Where(seen.Add).Chunk(MostAtOnce))
                yield return part;
        }
        while (cursor != "0");
    }

    async Task CheckExistsAsync(VectorCollection collection, CancellationToken cancel)
    {
        if (await FindAsync(collection.Name, cancel) is null)
            throw collection.NotFound();
    }

    /// <summary>The fields that the index has: each attribute says its name after the word "attribute".</summary>
    async Task<HashSet<string>> FieldsAsync(VectorCollection collection, CancellationToken cancel)
    {
        RespValue attributes = Fields(await _redis.SendAsync(cancel, "FT.INFO", IndexOf(collection.Name)))["attributes"];
        return [.. attributes.Items.Select(attribute => attribute.Items.SkipWhile(word => word.Text != "attribute").Skip(1).FirstOrDefault()?.Text).OfType<string>()];
    }

    async Task<IEnumerable<VectorRecord>> RecordsAsync(string[] keys, CancellationToken cancel)
    {
        IReadOnlyList<RespValue> answers = await _redis.GoodAsync([.. keys.Select(key => (object[])["HMGET", key, Id, Vector, Metadata])], cancel);
        return answers.Where(answer => answer.Items is [{ IsNull: false }, { IsNull: false }, _]).Select(answer => new VectorRecord(answer.Items[0].Text!, RedisPlace.Vector(answer.Items[1].Bytes), RecordJson.MetadataOf(answer.Items[2].Text ?? "{}")));
    }

    static object[] HashOf(string name, VectorRecord record) =>
    [
        "HSET", KeyOf(name, record.Id),
        Id, record.Id,
        Vector, RedisPlace.Bytes(record.Vector),
        Metadata, RecordJson.TextOf(record.Metadata),
        RediSearchFilter.Words, string.Join(',', WordsOfMetadata.Of(record.Metadata).Select(WordsOfMetadata.Hash)),
        .. record.Metadata.Where(pair => pair.Value.Number is not null).SelectMany(pair => (object[])[WordsOfMetadata.NumberField(pair.Key), pair.Value.Number!.Value.ToString("R", CultureInfo.InvariantCulture)]),
    ];

    /// <summary>A list of names, each followed by its value.</summary>
    static Dictionary<string, RespValue> Fields(RespValue list) => list.Items.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0].Text!, pair => pair[1], StringComparer.Ordinal);
}
