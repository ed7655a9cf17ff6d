using System.Globalization;
using Hone.Engine;
using Hone.Server.Tests.VectorStores.Indexes;
using Hone.Server.VectorStores.BuiltIn;
using Hone.Server.VectorStores.Indexes;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.BuiltIn;

/// <summary>So many records that the 8-bit codes decide which are compared: the answers are those of a comparison with all.</summary>
public sealed class BuiltInSearchTests : IAsyncDisposable
{
    const int Dimensions = 24, Rows = 5000;

    readonly string _folder = Directory.CreateTempSubdirectory("hone-vectors-").FullName;
    readonly BuiltInIndex _index;

    public BuiltInSearchTests() => _index = new BuiltInIndex(_folder);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _index.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(VectorMetric.Cosine, false), InlineData(VectorMetric.DotProduct, false), InlineData(VectorMetric.Euclidean, false)]
    [InlineData(VectorMetric.Cosine, true), InlineData(VectorMetric.DotProduct, true), InlineData(VectorMetric.Euclidean, true)]
    public async Task Codes_leave_out_nothing_that_a_comparison_with_all_finds(VectorMetric metric, bool isFiltered)
    {
        VectorCollection collection = new("c", Dimensions, metric);
        VectorRecord[] records = Records(Rows, isUnit: false), queries = Records(5, isUnit: false, seed: 99);
        ExactIndex definition = new([]);
        foreach (IVectorIndex index in (IVectorIndex[])[_index, definition])
        {
            await index.CreateAsync(collection, Cancel);
            await index.UpsertAsync(collection, records, Cancel);
            await index.DeleteAsync(collection, [.. records.Where((_, i) => i % 7 == 0).Select(record => record.Id)], Cancel);
        }

        VectorFilter? filter = isFiltered ? new VectorFilter.Compare("number", Comparator.Lt, 3500) : null;
        IReadOnlyList<VectorMatch>[] together = await _index.QueryAsync(collection, [.. queries.Select(query => query.Vector)], 20, filter);

        for (int i = 0; i < queries.Length; i++)
        {
            VectorQuery query = new(queries[i].Vector, 20, filter);
            IReadOnlyList<VectorMatch> expected = await definition.QueryAsync(collection, query, Cancel), alone = await _index.QueryAsync(collection, query, Cancel);
            alone.Select(match => match.Id).ShouldBe(expected.Select(match => match.Id));
            alone.Select(match => match.Score).ShouldBe(expected.Select(match => match.Score), 1e-9);
            together[i].Select(match => match.Id).ShouldBe(alone.Select(match => match.Id));
        }
    }

    [Fact]
    public async Task Of_unit_vectors_cosine_and_Euclidean_distance_give_the_same_order()
    {
        VectorRecord[] records = Records(Rows, isUnit: true);
        VectorCollection[] collections = [new("cosine", Dimensions, VectorMetric.Cosine), new("euclidean", Dimensions, VectorMetric.Euclidean)];
        foreach (VectorCollection collection in collections)
        {
            await _index.CreateAsync(collection, Cancel);
            await _index.UpsertAsync(collection, records, Cancel);
        }

        foreach (VectorRecord query in Records(10, isUnit: true, seed: 5))
        {
            IReadOnlyList<VectorMatch> cosine = await _index.QueryAsync(collections[0], new VectorQuery(query.Vector, 50), Cancel);
            IReadOnlyList<VectorMatch> euclidean = await _index.QueryAsync(collections[1], new VectorQuery(query.Vector, 50), Cancel);

            euclidean.Select(match => match.Id).ShouldBe(cosine.Select(match => match.Id));
            for (int i = 0; i < 50; i++)
                euclidean[i].Score.ShouldBe(Math.Sqrt(2 - (2 * cosine[i].Score)), 1e-6);
        }
    }

    [Theory, InlineData(VectorMetric.Cosine), InlineData(VectorMetric.DotProduct), InlineData(VectorMetric.Euclidean)]
    public async Task Shadows_leave_out_nothing_and_a_folder_without_them_gets_them(VectorMetric metric)
    {
        VectorCollection collection = new("c", 100, metric);
        VectorRecord[] records = Records(3500, isUnit: false, dimensions: 100), queries = Records(4, isUnit: false, seed: 99, dimensions: 100);
        ExactIndex definition = new([]);
        foreach (IVectorIndex index in (IVectorIndex[])[_index, definition])
        {
            await index.CreateAsync(collection, Cancel);
            await index.UpsertAsync(collection, records, Cancel);
            await index.DeleteAsync(collection, [.. records.Where((_, i) => i % 7 == 0).Select(record => record.Id)], Cancel);
        }

        await _index.SettleAsync(collection);
        string shadows = Directory.GetFiles(_folder, "*.shadows", SearchOption.AllDirectories).Single();
        await ShouldAnswerAsDefined(_index);
        await _index.DisposeAsync();
        byte[] bytes = await File.ReadAllBytesAsync(shadows, Cancel);
        File.Delete(shadows);

        BuiltInIndex again = new(_folder);
        await using (again)
        {
            await again.CountAsync(collection, Cancel);
            await again.SettleAsync(collection);
            (await File.ReadAllBytesAsync(shadows, Cancel)).ShouldBe(bytes);
            await ShouldAnswerAsDefined(again);
        }

        async Task ShouldAnswerAsDefined(BuiltInIndex index)
        {
            foreach (VectorRecord query in queries)
            {
                VectorQuery asked = new(query.Vector, 20);
                (await index.QueryAsync(collection, asked, Cancel)).Select(match => match.Id).ShouldBe((await definition.QueryAsync(collection, asked, Cancel)).Select(match => match.Id));
            }
        }
    }

    [Fact]
    public async Task A_search_by_signs_finds_nearly_all_with_exact_scores()
    {
        VectorCollection collection = new("c", 100, VectorMetric.Cosine);
        VectorRecord[] records = Records(3500, isUnit: false, dimensions: 100);
        BuiltInIndex bySigns = new(Path.Combine(_folder, "signs"), flushes: false, usesSigns: true);
        await using (bySigns)
        {
            int right = 0;
            foreach (BuiltInIndex index in (BuiltInIndex[])[_index, bySigns])
            {
                await index.CreateAsync(collection, Cancel);
                await index.UpsertAsync(collection, records, Cancel);
                await index.SettleAsync(collection);
            }

            foreach (VectorRecord query in Records(10, isUnit: false, seed: 99, dimensions: 100))
            {
                IReadOnlyList<VectorMatch> exact = await _index.QueryAsync(collection, new VectorQuery(query.Vector, 20), Cancel), found = await bySigns.QueryAsync(collection, new VectorQuery(query.Vector, 20), Cancel);
                found.Count.ShouldBe(20);
                right += found.Select(match => (match.Id, match.Score)).Intersect(exact.Select(match => (match.Id, match.Score))).Count();
            }

            right.ShouldBeGreaterThan(190);
        }
    }

    [Fact]
    public async Task Filters_on_more_names_than_are_kept_in_memory_are_decided_alike()
    {
        VectorCollection collection = new("c", 2, VectorMetric.DotProduct);
        await _index.CreateAsync(collection, Cancel);
        await _index.UpsertAsync(collection, [.. Enumerable.Range(0, 50).Select(i => new VectorRecord($"{i}", [i, 1], new Dictionary<string, MetadataValue> { [$"name {i}"] = i }))], Cancel);

        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 50; i++)
                (await _index.QueryAsync(collection, new VectorQuery([1, 0], 5, new VectorFilter.Compare($"name {i}", Comparator.Eq, i)), Cancel)).Select(match => match.Id).ShouldBe([$"{i}"]);
        }

        VectorFilter.Or any = new([.. Enumerable.Range(0, 50).Select(i => new VectorFilter.Compare($"name {i}", Comparator.Gte, 40))]);
        (await _index.QueryAsync(collection, new VectorQuery([1, 0], 50, any), Cancel)).Count.ShouldBe(10);
    }

    [Fact]
    public async Task A_filter_knows_what_was_put_in_after_its_first_use()
    {
        VectorCollection collection = new("c", Dimensions, VectorMetric.Cosine);
        VectorRecord[] records = Records(3000, isUnit: true);
        await _index.CreateAsync(collection, Cancel);
        await _index.UpsertAsync(collection, records[..2500], Cancel);
        VectorQuery query = new(records[0].Vector, 3000, new VectorFilter.Compare("number", Comparator.Gte, 2400));

        IReadOnlyList<VectorMatch> before = await _index.QueryAsync(collection, query, Cancel);
        await _index.UpsertAsync(collection, records[2450..], Cancel);
        await _index.UpsertAsync(collection, [records[2401] with { Metadata = new Dictionary<string, MetadataValue> { ["number"] = 1 } }], Cancel);
        IReadOnlyList<VectorMatch> after = await _index.QueryAsync(collection, query, Cancel);

        before.Count.ShouldBe(100);
        after.Count.ShouldBe(599);
    }

    static VectorRecord[] Records(int count, bool isUnit, ulong seed = 1, int dimensions = Dimensions)
    {
        SeededRandom random = new(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                double length = isUnit ? 1 : Math.Pow(10, (random.NextDouble() * 2) - 1);
                double[] vector = [.. Enumerable.Range(0, dimensions).Select(_ => random.NextDouble() - 0.5)];
                double norm = Math.Sqrt(vector.Sum(value => value * value));
                return new VectorRecord(i.ToString(CultureInfo.InvariantCulture), [.. vector.Select(value => (float)(value / norm * length))], new Dictionary<string, MetadataValue> { ["number"] = i });
            }),
        ];
    }
}
