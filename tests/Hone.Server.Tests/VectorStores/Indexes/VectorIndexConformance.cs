using Hone.Engine;
using Hone.Server.VectorStores.Indexes;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Indexes;

/// <summary>What every vector index does. A subclass says how its index is opened, and how its database is started again.</summary>
public abstract class VectorIndexConformance : IAsyncLifetime
{
    const int Dimensions = 8;

    /// <summary>How far a score may be from its definition: databases count in float.</summary>
    const double Tolerance = 1e-4;

    readonly List<string> _names = [];
    IVectorIndex _index = null!;

    /// <summary>Connects to the test's database; again, when it was connected to before.</summary>
    protected abstract Task<IVectorIndex> OpenAsync();

    /// <summary>Stops the database and starts it again, where that is ours to do.</summary>
    protected virtual Task RestartAsync() => Task.CompletedTask;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _index = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        if (_index is not null)
        {
            foreach (string name in _names)
                await _index.DropAsync(name, CancellationToken.None);
            await _index.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_collection_is_found_with_its_dimensions_and_metric()
    {
        VectorCollection collection = await CreateAsync();

        (await _index.FindAsync(collection.Name, Cancel)).ShouldBe(collection);
        (await _index.ListAsync(Cancel)).ShouldContain(collection);
        (await _index.FindAsync(collection.Name + "x", Cancel)).ShouldBeNull();
        (await _index.CountAsync(collection, Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task A_second_collection_of_a_name_is_refused()
    {
        VectorCollection collection = await CreateAsync();

        (await Should.ThrowAsync<HoneException>(() => _index.CreateAsync(collection with { Dimensions = 3 }, Cancel))).Message.ShouldContain(collection.Name);

        (await _index.FindAsync(collection.Name, Cancel)).ShouldBe(collection);
    }

    [Fact]
    public async Task A_collection_that_was_dropped_is_gone_and_its_name_is_free()
    {
        VectorCollection collection = await CreateAsync();
        await _index.UpsertAsync(collection, Records(3), Cancel);

        (await _index.DropAsync(collection.Name, Cancel)).ShouldBeTrue();
        (await _index.DropAsync(collection.Name, Cancel)).ShouldBeFalse();

        (await _index.FindAsync(collection.Name, Cancel)).ShouldBeNull();
        await Should.ThrowAsync<HoneException>(() => _index.CountAsync(collection, Cancel));
        await Should.ThrowAsync<HoneException>(() => _index.UpsertAsync(collection, Records(1), Cancel));
        await Should.ThrowAsync<HoneException>(() => _index.QueryAsync(collection, new VectorQuery(Records(1)[0].Vector, 1), Cancel));
        await _index.CreateAsync(collection with { Dimensions = 3 }, Cancel);
        (await _index.CountAsync(collection with { Dimensions = 3 }, Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task Records_come_back_as_they_were_put_in()
    {
        VectorCollection collection = await CreateAsync();
        VectorRecord[] records = Records(5);

        await _index.UpsertAsync(collection, records, Cancel);

        (await _index.CountAsync(collection, Cancel)).ShouldBe(5);
        IReadOnlyList<VectorRecord> found = await _index.FetchAsync(collection, [records[3].Id, "missing", records[1].Id], Cancel);
        found.Select(record => record.Id).ShouldBe([records[3].Id, records[1].Id]);
        ShouldBeSame(found[0], records[3]);
        ShouldBeSame(found[1], records[1]);
    }

    [Fact]
    public async Task An_upsert_replaces_vector_and_metadata()
    {
        VectorCollection collection = await CreateAsync();
        VectorRecord[] records = Records(4);
        await _index.UpsertAsync(collection, records, Cancel);
        VectorRecord changed = records[2] with { Vector = Records(9)[8].Vector, Metadata = new Dictionary<string, MetadataValue> { ["other"] = true } };

        await _index.UpsertAsync(collection, [records[2], changed], Cancel);

        (await _index.CountAsync(collection, Cancel)).ShouldBe(4);
        ShouldBeSame((await _index.FetchAsync(collection, [changed.Id], Cancel))[0], changed);
        (await _index.QueryAsync(collection, new VectorQuery(changed.Vector, 1), Cancel))[0].Id.ShouldBe(changed.Id);
    }

    [Theory, InlineData(VectorMetric.Cosine), InlineData(VectorMetric.DotProduct), InlineData(VectorMetric.Euclidean)]
    public async Task The_nearest_come_first_with_the_score_of_the_metric(VectorMetric metric)
    {
        if (!_index.Supports(metric))
        {
            VectorCollection refused = new($"hone test {Guid.NewGuid():N}", Dimensions, metric);
            await Should.ThrowAsync<HoneException>(() => _index.CreateAsync(refused, Cancel));
            return;
        }

        VectorCollection collection = await CreateAsync(metric);
        VectorRecord[] records = Records(50);
        await _index.UpsertAsync(collection, records, Cancel);

        await ShouldAnswerAsDefined(collection, records, new VectorQuery(Records(51)[50].Vector, 7));
    }

    [Fact]
    public async Task More_than_there_is_gives_all()
    {
        VectorCollection collection = await CreateAsync();
        VectorQuery query = new(Records(1)[0].Vector, 10);

        (await _index.QueryAsync(collection, query, Cancel)).ShouldBeEmpty();
        await _index.UpsertAsync(collection, Records(4), Cancel);

        (await _index.QueryAsync(collection, query, Cancel)).Count.ShouldBe(4);
    }

    public static TheoryData<string> Filters => [.. ExampleFilters.Keys];

    static readonly Dictionary<string, VectorFilter> ExampleFilters = new()
    {
        ["text eq"] = new VectorFilter.Compare("colour", Comparator.Eq, "red"),
        ["text ne"] = new VectorFilter.Compare("colour", Comparator.Ne, "red"),
        ["Chinese"] = new VectorFilter.Compare("类别", Comparator.Eq, "新闻 \"1\""),
        ["quotes"] = new VectorFilter.Compare("quoted", Comparator.Eq, "it's {a} \"test\" \\ | & (x) - `y`, %_*"),
        ["number eq"] = new VectorFilter.Compare("number", Comparator.Eq, 7),
        ["gt"] = new VectorFilter.Compare("number", Comparator.Gt, 20),
        ["gte"] = new VectorFilter.Compare("number", Comparator.Gte, 20),
        ["lt"] = new VectorFilter.Compare("half", Comparator.Lt, 5.5),
        ["lte"] = new VectorFilter.Compare("half", Comparator.Lte, -0.5),
        ["true"] = new VectorFilter.Compare("even", Comparator.Eq, true),
        ["false"] = new VectorFilter.Compare("even", Comparator.Eq, false),
        ["in"] = new VectorFilter.In("colour", ["red", "blue"]),
        ["in numbers"] = new VectorFilter.In("number", [1, 2, 30, 1000]),
        ["in none"] = new VectorFilter.In("colour", []),
        ["nin"] = new VectorFilter.NotIn("colour", ["red", "blue"]),
        ["missing eq"] = new VectorFilter.Compare("rare", Comparator.Eq, "yes"),
        ["missing ne"] = new VectorFilter.Compare("rare", Comparator.Ne, "yes"),
        ["missing nin"] = new VectorFilter.NotIn("rare", ["yes"]),
        ["nowhere"] = new VectorFilter.Compare("nowhere", Comparator.Eq, "x"),
        ["nowhere gt"] = new VectorFilter.Compare("nowhere", Comparator.Gt, 5),
        ["nowhere or"] = new VectorFilter.Or([new VectorFilter.Compare("nowhere", Comparator.Lte, 5), new VectorFilter.Compare("number", Comparator.Lte, 5)]),
        ["other kind"] = new VectorFilter.Compare("number", Comparator.Eq, "7"),
        ["and"] = new VectorFilter.And([new VectorFilter.Compare("colour", Comparator.Eq, "green"), new VectorFilter.Compare("number", Comparator.Lt, 25)]),
        ["or"] = new VectorFilter.Or([new VectorFilter.Compare("number", Comparator.Lt, 4), new VectorFilter.Compare("number", Comparator.Gte, 37)]),
        ["nested"] = new VectorFilter.And([
            new VectorFilter.Or([new VectorFilter.Compare("colour", Comparator.Eq, "red"), new VectorFilter.Compare("even", Comparator.Eq, true)]),
            new VectorFilter.Or([new VectorFilter.And([new VectorFilter.Compare("number", Comparator.Gt, 3), new VectorFilter.Compare("half", Comparator.Lte, 9)]), new VectorFilter.Compare("rare", Comparator.Eq, "yes")])]),
    };

    [Theory, MemberData(nameof(Filters))]
    public async Task A_filter_decides_before_the_search(string filter)
    {
        VectorCollection collection = await CreateAsync();
        VectorRecord[] records = Records(40);
        await _index.UpsertAsync(collection, records, Cancel);

        await ShouldAnswerAsDefined(collection, records, new VectorQuery(Records(41)[40].Vector, 40, ExampleFilters[filter]));
        await ShouldAnswerAsDefined(collection, records, new VectorQuery(Records(41)[40].Vector, 3, ExampleFilters[filter]));
    }

    [Fact]
    public async Task Records_that_were_deleted_are_neither_found_nor_counted()
    {
        VectorCollection collection = await CreateAsync();
        VectorRecord[] records = Records(6);
        await _index.UpsertAsync(collection, records, Cancel);

        await _index.DeleteAsync(collection, [records[0].Id, "missing", records[4].Id], Cancel);

        (await _index.CountAsync(collection, Cancel)).ShouldBe(4);
        (await _index.FetchAsync(collection, [records[0].Id], Cancel)).ShouldBeEmpty();
        (await _index.QueryAsync(collection, new VectorQuery(records[4].Vector, 10), Cancel)).Select(match => match.Id)
            .ShouldBe([records[1].Id, records[2].Id, records[3].Id, records[5].Id], ignoreOrder: true);
        await _index.UpsertAsync(collection, [records[0]], Cancel);
        (await _index.CountAsync(collection, Cancel)).ShouldBe(5);
    }

    [Fact]
    public async Task A_vector_of_another_length_is_refused_and_nothing_is_put_in()
    {
        VectorCollection collection = await CreateAsync();
        VectorRecord[] records = [.. Records(2), new VectorRecord("short", [1, 2, 3], new Dictionary<string, MetadataValue>())];

        (await Should.ThrowAsync<HoneException>(() => _index.UpsertAsync(collection, records, Cancel))).Message.ShouldBe(
            $"The vector of \"short\" has 3 dimensions; the collection \"{collection.Name}\" has 8. Use vectors of the model that the collection was made with.");
        (await Should.ThrowAsync<HoneException>(() => _index.QueryAsync(collection, new VectorQuery([1], 1), Cancel))).Message.ShouldContain("has 1 dimensions");

        (await _index.CountAsync(collection, Cancel)).ShouldBe(0);
    }

    [Theory, InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity)]
    public async Task A_vector_that_is_not_finite_is_refused(float value)
    {
        VectorCollection collection = await CreateAsync();
        float[] vector = [1, 2, 3, value, 5, 6, 7, 8];

        (await Should.ThrowAsync<HoneException>(() => _index.UpsertAsync(collection, [new VectorRecord("a", vector, new Dictionary<string, MetadataValue>())], Cancel))).Message.ShouldContain("at position 4");
        await Should.ThrowAsync<HoneException>(() => _index.QueryAsync(collection, new VectorQuery(vector, 1), Cancel));

        (await _index.CountAsync(collection, Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task What_could_not_be_found_again_is_refused()
    {
        VectorCollection collection = await CreateAsync();
        VectorRecord record = Records(1)[0];

        await Should.ThrowAsync<HoneException>(() => _index.UpsertAsync(collection, [record with { Id = "" }], Cancel));
        await Should.ThrowAsync<HoneException>(() => _index.UpsertAsync(collection, [record with { Metadata = new Dictionary<string, MetadataValue> { [""] = 1 } }], Cancel));
        await Should.ThrowAsync<HoneException>(() => _index.QueryAsync(collection, new VectorQuery(record.Vector, 0), Cancel));
        await Should.ThrowAsync<HoneException>(() => _index.CreateAsync(new VectorCollection("", 8, VectorMetric.Cosine), Cancel));
        await Should.ThrowAsync<HoneException>(() => _index.CreateAsync(new VectorCollection("none", 0, VectorMetric.Cosine), Cancel));

        (await _index.CountAsync(collection, Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task Everything_is_there_after_a_restart_and_an_open_connection_goes_on()
    {
        VectorCollection collection = await CreateAsync();
        VectorRecord[] records = Records(20);
        await _index.UpsertAsync(collection, records, Cancel);
        await _index.DeleteAsync(collection, [records[7].Id], Cancel);
        VectorRecord[] left = [.. records.Where(record => record != records[7])];

        await RestartAsync();

        (await _index.CountAsync(collection, Cancel)).ShouldBe(19);
        await _index.DisposeAsync();
        _index = await OpenAsync();
        (await _index.FindAsync(collection.Name, Cancel)).ShouldBe(collection);
        await ShouldAnswerAsDefined(collection, left, new VectorQuery(records[7].Vector, 5));
        await _index.UpsertAsync(collection, [records[7]], Cancel);
        (await _index.CountAsync(collection, Cancel)).ShouldBe(20);
    }

    [Fact]
    public async Task Ten_thousand_vectors_are_put_in_searched_and_read_again()
    {
        VectorCollection collection = await CreateAsync();
        VectorRecord[] records = Records(10_000);

        await _index.UpsertAsync(collection, records, Cancel);

        (await _index.CountAsync(collection, Cancel)).ShouldBe(10_000);
        // A database that searches approximately may miss some of the ten, not most.
        VectorQuery query = new(Records(10_001)[10_000].Vector, 10);
        IReadOnlyList<VectorMatch> expected = await DefinedAsync(collection, records, query);
        IReadOnlyList<VectorMatch> found = await _index.QueryAsync(collection, query, Cancel);
        found.Count.ShouldBe(10);
        found.Select(match => match.Id).Intersect(expected.Select(match => match.Id)).Count().ShouldBeGreaterThanOrEqualTo(8);
        Dictionary<string, VectorRecord> scanned = [];
        await foreach (VectorRecord record in _index.ScanAsync(collection, Cancel))
            scanned.Add(record.Id, record);
        scanned.Count.ShouldBe(10_000);
        foreach (VectorRecord record in records)
            ShouldBeSame(scanned[record.Id], record);
    }

    [Fact]
    public async Task Names_ids_and_metadata_may_be_Chinese_or_anything()
    {
        VectorCollection collection = await CreateAsync(name: $"产品说明书 / \"{Guid.NewGuid():N}\" 😀");
        float[] vector = Records(1)[0].Vector;
        VectorRecord[] records =
        [
            .. ((string[])["文档一：第 1 段", "a/b?c=d&e#f%20", "'; DROP TABLE x; --", "名".PadRight(200, '长'), "😀", " ", "\"x\\y\" in {z}"]).Select((id, i) =>
                new VectorRecord(id, vector, new Dictionary<string, MetadataValue> { ["标题 1"] = "“你好”\n世界\t😀", ["a.b c"] = i, ["$x\"'`"] = true })),
        ];

        await _index.UpsertAsync(collection, records, Cancel);

        (await _index.ListAsync(Cancel)).ShouldContain(collection);
        IReadOnlyList<VectorRecord> found = await _index.FetchAsync(collection, [.. records.Select(record => record.Id)], Cancel);
        found.Count.ShouldBe(records.Length);
        foreach ((VectorRecord one, VectorRecord other) in found.Zip(records))
            ShouldBeSame(one, other);
        (await _index.QueryAsync(collection, new VectorQuery(vector, 9, new VectorFilter.And([new VectorFilter.Compare("标题 1", Comparator.Eq, "“你好”\n世界\t😀"), new VectorFilter.Compare("a.b c", Comparator.Gte, 4), new VectorFilter.Compare("$x\"'`", Comparator.Eq, true)])), Cancel))
            .Select(match => match.Id).ShouldBe([records[4].Id, records[5].Id, records[6].Id], ignoreOrder: true);
        await _index.DeleteAsync(collection, [records[0].Id, records[1].Id, records[2].Id], Cancel);
        (await _index.CountAsync(collection, Cancel)).ShouldBe(4);
    }

    /// <summary>An empty collection that is deleted after the test.</summary>
    async Task<VectorCollection> CreateAsync(VectorMetric metric = VectorMetric.Cosine, string? name = null)
    {
        VectorCollection collection = new(name ?? $"hone test {Guid.NewGuid():N}", Dimensions, metric);
        _names.Add(collection.Name);
        await _index.CreateAsync(collection, Cancel);
        return collection;
    }

    /// <summary>The same records on every call, the first of more being those of fewer: unit vectors, no two of them close to one another in rank.</summary>
    static VectorRecord[] Records(int count)
    {
        string[] colours = ["red", "green", "blue", "yellow"];
        SeededRandom random = new(7);
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                float[] vector = [.. Enumerable.Range(0, Dimensions).Select(_ => (float)(random.NextDouble() - 0.5))];
                float length = MathF.Sqrt(vector.Sum(value => value * value));
                Dictionary<string, MetadataValue> metadata = new()
                {
                    ["colour"] = colours[i % 4], ["number"] = i, ["half"] = (i / 2.0) - 3, ["even"] = i % 2 == 0, ["类别"] = i % 3 == 0 ? "新闻 \"1\"" : "体育", ["quoted"] = i % 5 == 0 ? "it's {a} \"test\" \\ | & (x) - `y`, %_*" : "plain",
                };
                if (i % 7 == 0)
                    metadata["rare"] = "yes";
                return new VectorRecord($"record-{i}", [.. vector.Select(value => value / length)], metadata);
            }),
        ];
    }

    async Task ShouldAnswerAsDefined(VectorCollection collection, VectorRecord[] records, VectorQuery query)
    {
        IReadOnlyList<VectorMatch> expected = await DefinedAsync(collection, records, query);
        IReadOnlyList<VectorMatch> found = await _index.QueryAsync(collection, query, Cancel);

        found.Select(match => match.Id).ShouldBe(expected.Select(match => match.Id));
        foreach ((VectorMatch one, VectorMatch other) in found.Zip(expected))
        {
            one.Score.ShouldBe(other.Score, Tolerance);
            ShouldBeSame(one.Metadata, other.Metadata);
        }
    }

    static async Task<IReadOnlyList<VectorMatch>> DefinedAsync(VectorCollection collection, VectorRecord[] records, VectorQuery query)
    {
        ExactIndex definition = new([]);
        await definition.CreateAsync(collection, Cancel);
        await definition.UpsertAsync(collection, records, Cancel);
        return await definition.QueryAsync(collection, query, Cancel);
    }

    static void ShouldBeSame(VectorRecord one, VectorRecord other)
    {
        one.Id.ShouldBe(other.Id);
        one.Vector.Length.ShouldBe(other.Vector.Length);
        for (int i = 0; i < one.Vector.Length; i++)
            one.Vector[i].ShouldBe(other.Vector[i], 1e-6f);
        ShouldBeSame(one.Metadata, other.Metadata);
    }

    static void ShouldBeSame(IReadOnlyDictionary<string, MetadataValue> one, IReadOnlyDictionary<string, MetadataValue> other) =>
        one.OrderBy(pair => pair.Key, StringComparer.Ordinal).ShouldBe(other.OrderBy(pair => pair.Key, StringComparer.Ordinal));
}
