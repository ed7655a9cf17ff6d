using Hone.Server.VectorStores.BuiltIn;
using Hone.Server.VectorStores.Indexes;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.BuiltIn;

/// <summary>Rows that are no records any more are cleared away while others read and write.</summary>
public sealed class BuiltInCompactionTests : IDisposable
{
    readonly StoredVectors _stored = new();

    static VectorCollection Collection => StoredVectors.Collection;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _stored.Dispose();

    [Fact]
    public async Task Rows_that_no_longer_count_are_cleared_away_once_they_are_most()
    {
        BuiltInIndex index = await _stored.OpenAsync();
        await using (index)
        {
            for (int round = 0; round < 5; round++)
                await StoredVectors.PutAsync(index, 50);

            await index.DeleteAsync(Collection, [.. StoredVectors.Batch(7).Select(record => record.Id)], Cancel);
            (await index.CountAsync(Collection, Cancel)).ShouldBe(49 * StoredVectors.BatchSize);
        }

        Directory.Exists(Path.Combine(_stored.Inside, "rows-0")).ShouldBeFalse();
        BuiltInIndex again = new(_stored.Folder);
        await using (again)
        {
            foreach (VectorRecord expected in StoredVectors.Batch(8).Concat(StoredVectors.Batch(49)))
                (await again.FetchAsync(Collection, [expected.Id], Cancel)).Single().Vector.ShouldBe(expected.Vector);
            (await again.FetchAsync(Collection, [StoredVectors.Batch(7)[0].Id], Cancel)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Records_that_change_while_the_dead_are_cleared_away_are_there_as_they_were_last()
    {
        const int Ids = 3000, Rounds = 8;
        BuiltInIndex index = await _stored.OpenAsync(flushes: false);
        Dictionary<string, VectorRecord> expected = [];
        await using (index)
        {
            for (int round = 0; round < Rounds; round++)
            {
                for (int first = 0; first < Ids; first += 100)
                {
                    VectorRecord[] records = [.. Enumerable.Range(first, 100).Select(i => new VectorRecord($"{i}", [round, i, 1, 0, 0], new Dictionary<string, MetadataValue> { ["round"] = round }))];
                    await index.UpsertAsync(Collection, records, Cancel);
                    foreach (VectorRecord record in records)
                        expected[record.Id] = record;
                    string[] deleted = [$"{(first * 7) % Ids}", $"{first + 50}"];
                    await index.DeleteAsync(Collection, deleted, Cancel);
                    foreach (string id in deleted)
                        expected.Remove(id);
                    (await index.QueryAsync(Collection, new VectorQuery(records[3].Vector, 1, new VectorFilter.Compare("round", Comparator.Eq, round)), Cancel)).Count.ShouldBe(1);
                }
            }

            await StoredVectors.ShouldHoldAsync(index, expected);
        }

        Directory.Exists(Path.Combine(_stored.Inside, "rows-0")).ShouldBeFalse();
        Directory.GetDirectories(_stored.Inside).Length.ShouldBe(1);
        BuiltInIndex again = new(_stored.Folder);
        await using (again)
            await StoredVectors.ShouldHoldAsync(again, expected);
    }

    [Fact]
    public async Task Who_counts_through_records_is_not_disturbed_when_the_dead_are_cleared_away()
    {
        BuiltInIndex index = await _stored.OpenAsync(flushes: false);
        await using (index)
        {
            await StoredVectors.PutAsync(index, 60);
            HashSet<string> found = [];
            await foreach (VectorRecord record in index.ScanAsync(Collection, Cancel))
            {
                if (found.Count == 1500)
                {
                    for (int round = 0; round < 3; round++)
                        await StoredVectors.PutAsync(index, 60);

                    await index.SettleAsync(Collection);
                    Directory.Exists(Path.Combine(_stored.Inside, "rows-1")).ShouldBeTrue();
                }

                found.Add(record.Id).ShouldBeTrue();
            }

            found.Count.ShouldBeInRange(1500, 60 * StoredVectors.BatchSize);
            Directory.Exists(Path.Combine(_stored.Inside, "rows-0")).ShouldBeFalse();
            await StoredVectors.ShouldHoldAsync(index, Enumerable.Range(0, 60).SelectMany(StoredVectors.Batch).ToDictionary(record => record.Id));
        }
    }

    [Fact]
    public async Task Who_counts_through_records_that_are_dropped_leaves_those_of_a_new_collection_of_that_name()
    {
        BuiltInIndex index = await _stored.OpenAsync(flushes: false);
        await using (index)
        {
            await StoredVectors.PutAsync(index, 60);
            await using (IAsyncEnumerator<VectorRecord> scan = index.ScanAsync(Collection, Cancel).GetAsyncEnumerator(Cancel))
            {
                (await scan.MoveNextAsync()).ShouldBeTrue();
                for (int round = 0; round < 3; round++)
                    await StoredVectors.PutAsync(index, 60);

                await index.SettleAsync(Collection);
                Directory.Exists(Path.Combine(_stored.Inside, "rows-1")).ShouldBeTrue();
                await index.DropAsync(Collection.Name, Cancel);
                await index.CreateAsync(Collection, Cancel);
                await index.UpsertAsync(Collection, StoredVectors.Batch(3), Cancel);
            }
        }

        BuiltInIndex again = new(_stored.Folder);
        await using (again)
            await StoredVectors.ShouldHoldAsync(again, StoredVectors.Batch(3).ToDictionary(record => record.Id));
    }
}
