using Hone.Engine;
using Hone.Server.Tests.Storage;
using Hone.Server.VectorStores.BuiltIn;
using Hone.Server.VectorStores.Indexes;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.BuiltIn;

/// <summary>What goes wrong beside a change, in the background or when a collection is dropped, leaves an index that can be used.</summary>
public sealed class BuiltInFaultTests : IDisposable
{
    readonly StoredVectors _stored = new();

    static VectorCollection Collection => StoredVectors.Collection;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _stored.Dispose();

    [Fact]
    public async Task What_is_in_the_log_is_acknowledged_where_the_state_cannot_be_kept()
    {
        const int Rows = 131_072;
        Dictionary<string, MetadataValue> none = [];
        BuiltInIndex index = await _stored.OpenAsync(flushes: false);
        await using (index)
        {
            await index.UpsertAsync(Collection, StoredVectors.Batch(0), Cancel);
            Directory.CreateDirectory(_stored.State);

            await index.UpsertAsync(Collection, [.. Enumerable.Range(0, Rows).Select(i => new VectorRecord($"{i}", [i, 1, 1, 1, 1], none))], Cancel);
            await index.UpsertAsync(Collection, StoredVectors.Batch(1), Cancel);

            (await index.CountAsync(Collection, Cancel)).ShouldBe(Rows + (2 * StoredVectors.BatchSize));
        }

        (await _stored.CountAsync()).ShouldBe(Rows + (2 * StoredVectors.BatchSize));
    }

    [Fact]
    public async Task A_record_that_is_damaged_is_said_and_keeps_nobody_from_the_others()
    {
        const int Rows = 5000, Deleted = 4000;
        Dictionary<string, MetadataValue> metadata = new() { ["text"] = "mark" };
        BuiltInIndex index = await _stored.OpenAsync(flushes: false);
        await using (index)
        {
            await index.UpsertAsync(Collection, [.. Enumerable.Range(0, Rows).Select(i => new VectorRecord($"<{i}>", [i, 1, 1, 1, 1], metadata))], Cancel);
            await index.DeleteAsync(Collection, [.. Enumerable.Range(0, Deleted).Select(i => $"<{i}>")], Cancel);
        }

        byte[] bytes = await File.ReadAllBytesAsync(_stored.Log, Cancel);
        int damaged = bytes.AsSpan().IndexOf("<4500>"u8);
        bytes.AsSpan(damaged - 3, 3).Fill(0xFF);
        await File.WriteAllBytesAsync(_stored.Log, bytes, Cancel);
        BuiltInIndex again = await _stored.OpenAsync();
        await using (again)
        {
            // Now most rows are dead, and to clear them away each record is read.
            await again.DeleteAsync(Collection, [.. Enumerable.Range(Deleted, 200).Select(i => $"<{i}>")], Cancel);
            await again.SettleAsync(Collection);

            (await Should.ThrowAsync<HoneException>(() => again.FetchAsync(Collection, ["<4500>"], Cancel))).Message.ShouldContain("records.log is damaged at byte ");
            (await Should.ThrowAsync<HoneException>(() => again.QueryAsync(Collection, new VectorQuery([1, 0, 0, 0, 0], 1000, new VectorFilter.Compare("text", Comparator.Eq, "mark")), Cancel))).Message.ShouldContain("records.log is damaged at byte ");
            (await again.FetchAsync(Collection, ["<4501>"], Cancel)).Single().Metadata.ShouldBe(metadata);
        }

        (await _stored.CountAsync()).ShouldBe(Rows - Deleted - 200);
    }

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public async Task A_collection_whose_folder_cannot_be_moved_is_there_as_before_and_dropped_once_it_can()
    {
        BuiltInIndex index = await _stored.OpenAsync();
        await using (index)
        {
            Assert.SkipUnless(SmallDisk.CanMount && SmallDisk.Run("mount", "--bind", _stored.Inside, _stored.Inside), "skipped: only root can mount a folder");
            await StoredVectors.PutAsync(index, 1);
            try
            {
                (await Should.ThrowAsync<HoneException>(() => index.DropAsync(Collection.Name, Cancel))).Message.ShouldContain("cannot be deleted");
                await StoredVectors.PutAsync(index, 1, first: 1);
                (await index.CountAsync(Collection, Cancel)).ShouldBe(2 * StoredVectors.BatchSize);
            }
            finally
            {
                SmallDisk.Run("umount", "-l", _stored.Inside).ShouldBeTrue();
            }

            (await index.DropAsync(Collection.Name, Cancel)).ShouldBeTrue();
            (await index.FindAsync(Collection.Name, Cancel)).ShouldBeNull();
            await index.CreateAsync(Collection, Cancel);
            (await index.CountAsync(Collection, Cancel)).ShouldBe(0);
        }
    }
}
