using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases.Redis;

/// <summary>
/// Vector sets of Redis 8: <c>VADD</c>, <c>VSIM</c>. The key has the name of the collection; a hash knows the collections that have no record yet. Metadata are the
/// attributes of a record, which Redis gives back, beside the words that filters ask for.
/// </summary>
sealed class RedisVectorSets(string address) : IVectorIndex
{
    const string Known = "hone:vector-sets";
    const string OwnPrefix = "_hone_";
    const int MostAtOnce = 500;

    /// <summary>So many neighbours are looked at, at least: Redis' usual number is that of the answers.</summary>
    const int SearchEffort = 200;

    // A filter that few records fit must not give up before it finds them.
    const string FilterEffort = "1000000000";

    readonly RespConnection _redis = RedisPlace.Connection(address, "redis");

    public bool Supports(VectorMetric metric) => metric == VectorMetric.Cosine;

    public async Task CreateAsync(VectorCollection collection, CancellationToken cancel)
    {
        collection.Check();
        if (!Supports(collection.Metric))
            throw new HoneException(Text.Of("Vector sets of Redis compare by the cosine alone. Use that metric, or another database.", "Redis 的向量集合只支持余弦度量。请使用该度量，或改用其他数据库。"));
        if (collection.Name == Known || await FindAsync(collection.Name, cancel) is not null)
            throw collection.Exists();
        if ((await _redis.SendAsync(cancel, "HSETNX", Known, collection.Name, collection.Dimensions.ToString(CultureInfo.InvariantCulture))).Integer == 0)
            throw collection.Exists();
    }

    public async Task<VectorCollection?> FindAsync(string name, CancellationToken cancel)
    {
        IReadOnlyList<RespValue> answers = await _redis.GoodAsync([["HGET", Known, name], ["TYPE", name]], cancel);
        if (answers[0].Text is not null)
            return new VectorCollection(name, (int)answers[0].Number, VectorMetric.Cosine);
        return answers[1].Text switch
        {
            "vectorset" => new VectorCollection(name, (int)(await _redis.SendAsync(cancel, "VDIM", name)).Number, VectorMetric.Cosine),
            "none" or null => null,
            { } type => throw new UnreadableCollection(name, Text.Of($"the key holds a \"{type}\", not a vector set", $"该键的类型为“{type}”，不是向量集合")),
        };
    }

    public async Task<IReadOnlyList<VectorCollection>> ListAsync(CancellationToken cancel)
    {
        HashSet<string> names = [.. (await _redis.SendAsync(cancel, "HKEYS", Known)).Items.Select(name => name.Text!)];
        string cursor = "0";
        do
        {
            RespValue page = await _redis.SendAsync(cancel, "SCAN", cursor, "COUNT", "1000", "TYPE", "vectorset");
            cursor = page.Items[0].Text!;
            names.UnionWith(page.Items[1].Items.Select(name => name.Text!));
        }
        while (cursor != "0");

        return await UnreadableCollection.ReadableAsync(names, name => FindAsync(name, cancel));
    }

    public async Task<bool> DropAsync(string name, CancellationToken cancel)
    {
        if (await FindAsync(name, cancel) is null)
            return false;
        await _redis.GoodAsync([["DEL", name], ["HDEL", Known, name]], cancel);
        return true;
    }

    public async Task UpsertAsync(VectorCollection collection, IReadOnlyList<VectorRecord> records, CancellationToken cancel)
    {
        collection.Check(records);
        foreach (VectorRecord record in records)
        {
            if (record.Metadata.Keys.FirstOrDefault(key => key.StartsWith(OwnPrefix, StringComparison.Ordinal)) is { } taken)
                throw new HoneException(Text.Of($"The metadata of \"{record.Id}\" has the name \"{taken}\"; names that begin with {OwnPrefix} are ours in Redis. Choose another.", $"“{record.Id}”的元数据中有名称“{taken}”；在 Redis 中以 {OwnPrefix} 开头的名称为保留名称。请换一个。"));
        }

        string quantization = await QuantizationAsync(collection, cancel);
        foreach (IReadOnlyList<VectorRecord> batch in RecordBatches.Of(records, MostAtOnce))
            await _redis.GoodAsync([.. batch.Select(record => (object[])["VADD", collection.Name, "FP32", RedisPlace.Bytes(record.Vector), record.Id, quantization, "SETATTR", AttributesOf(record)])], cancel);
    }

    public async Task<IReadOnlyList<VectorMatch>> QueryAsync(VectorCollection collection, VectorQuery query, CancellationToken cancel)
    {
        collection.Check(query);
        await CheckExistsAsync(collection, cancel);
        PlainFilter filter = PlainFilter.Of(query.Filter);
        if (filter.Filter is not null && (await _redis.SendAsync(cancel, "HEXISTS", Known, collection.Name)).Integer == 0)
            throw UnreadableCollection.WithoutFilters(collection);
        if (filter.Constant == false)
            return [];
        string count = query.Count.ToString(CultureInfo.InvariantCulture), effort = Math.Max(query.Count, SearchEffort).ToString(CultureInfo.InvariantCulture);
        object[] search = ["VSIM", collection.Name, "FP32", RedisPlace.Bytes(query.Vector), "WITHSCORES", "WITHATTRIBS", "COUNT", count, "EF", effort];
        IReadOnlyList<RespValue> answers = await _redis.GoodAsync(filter.Filter is { } where ? [.. RedisFilter.Of(where).Select(one => (object[])[.. search, "FILTER", one, "FILTER-EF", FilterEffort])] : [search], cancel);
        return
        [
            .. answers.SelectMany(answer => answer.Items.Chunk(3))
                .Select(match => new VectorMatch(match[0].Text!, (2 * match[1].Number) - 1, MetadataOf(match[2])))
                .DistinctBy(match => match.Id)
                .OrderByDescending(match => match.Score)
                .Take(query.Count),
        ];
    }

    public async Task<IReadOnlyList<VectorRecord>> FetchAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        await CheckExistsAsync(collection, cancel);
        List<VectorRecord> found = [];
        foreach (string[] part in ids.Chunk(MostAtOnce))
            found.AddRange(await RecordsAsync(collection, part, cancel));
        return found;
    }

    public async IAsyncEnumerable<VectorRecord> ScanAsync(VectorCollection collection, [EnumeratorCancellation] CancellationToken cancel)
    {
        long count = await CountAsync(collection, cancel);
        // All ids at once: Redis 8.0 has no way to go through a set in parts.
        RespValue ids = await _redis.SendAsync(cancel, "VRANDMEMBER", collection.Name, Math.Max(count, 1).ToString(CultureInfo.InvariantCulture));
        foreach (string[] part in ids.Items.Select(id => id.Text!).Distinct().Chunk(MostAtOnce))
        {
            foreach (VectorRecord record in await RecordsAsync(collection, part, cancel))
                yield return record;
        }
    }

    public async Task DeleteAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        await CheckExistsAsync(collection, cancel);
        foreach (string[] part in ids.Chunk(MostAtOnce))
            await _redis.GoodAsync([.. part.Select(id => (object[])["VREM", collection.Name, id])], cancel);
    }

    public async Task<long> CountAsync(VectorCollection collection, CancellationToken cancel)
    {
        await CheckExistsAsync(collection, cancel);
        return (await _redis.SendAsync(cancel, "VCARD", collection.Name)).Integer ?? 0;
    }

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    async Task CheckExistsAsync(VectorCollection collection, CancellationToken cancel)
    {
        if (await FindAsync(collection.Name, cancel) is null)
            throw collection.NotFound();
    }

    /// <summary>Sets keep what their first record said; ours are not rounded.</summary>
    async Task<string> QuantizationAsync(VectorCollection collection, CancellationToken cancel)
    {
        await CheckExistsAsync(collection, cancel);
        IReadOnlyList<RespValue> about = (await _redis.SendAsync(cancel, "VINFO", collection.Name)).Items;
        string? kind = about.SkipWhile(word => word.Text != "quant-type").Skip(1).FirstOrDefault()?.Text;
        return kind switch { "int8" => "Q8", "bin" => "BIN", _ => "NOQUANT" };
    }

    async Task<IEnumerable<VectorRecord>> RecordsAsync(VectorCollection collection, string[] ids, CancellationToken cancel)
    {
        IReadOnlyList<RespValue> answers = await _redis.GoodAsync([.. ids.SelectMany(id => (object[][])[["VEMB", collection.Name, id], ["VGETATTR", collection.Name, id]])], cancel);
        return ids.Select((id, i) => (Id: id, Vector: answers[2 * i], Attributes: answers[(2 * i) + 1]))
            .Where(each => each.Vector.Items.Count > 0)
            .Select(each => new VectorRecord(each.Id, [.. each.Vector.Items.Select(value => (float)value.Number)], MetadataOf(each.Attributes)));
    }

    static byte[] AttributesOf(VectorRecord record) => RecordJson.Object(json =>
    {
        json.WriteMetadata(record.Metadata);
        foreach ((string key, MetadataValue value) in record.Metadata)
        {
            if (value.Number is { } number)
                json.WriteNumber(WordsOfMetadata.NumberField(key), number);
        }

        json.WriteStrings(RedisFilter.WordsField, WordsOfMetadata.Of(record.Metadata));
    });

    /// <summary>Attributes that others set need be no object.</summary>
    static Dictionary<string, MetadataValue> MetadataOf(RespValue attributes)
    {
        try
        {
            using var document = JsonDocument.Parse(attributes.Text ?? "{}");
            return document.RootElement.Metadata(name => !name.StartsWith(OwnPrefix, StringComparison.Ordinal));
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
