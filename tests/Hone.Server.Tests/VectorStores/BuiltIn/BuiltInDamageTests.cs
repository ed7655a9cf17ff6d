using Hone.Engine;
using Hone.Server.VectorStores.BuiltIn;
using Hone.Server.VectorStores.Indexes;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.BuiltIn;

/// <summary>What is missing, cut off or damaged on the disk is taken back where nobody was told of it, and said where somebody was.</summary>
public sealed class BuiltInDamageTests : IDisposable
{
    readonly StoredVectors _stored = new();

    static VectorCollection Collection => StoredVectors.Collection;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _stored.Dispose();

    [Fact]
    public async Task A_log_that_was_cut_anywhere_in_its_last_frame_has_all_that_stood_before()
    {
        await _stored.FillAsync(batches: 2);
        long before = new FileInfo(_stored.Log).Length;
        await _stored.FillAsync(batches: 1, first: 2);
        byte[] whole = await File.ReadAllBytesAsync(_stored.Log, Cancel);
        File.Delete(_stored.State);

        for (long length = before; length < whole.Length; length += length < before + 20 ? 1 : 97)
        {
            await File.WriteAllBytesAsync(_stored.Log, whole[..(int)length], Cancel);
            BuiltInIndex index = new(_stored.Folder);
            await using (index)
            {
                (await index.CountAsync(Collection, Cancel)).ShouldBe(2 * StoredVectors.BatchSize);
                await index.UpsertAsync(Collection, StoredVectors.Batch(2), Cancel);
            }

            File.Delete(_stored.State);
            (await _stored.CountAsync()).ShouldBe(3 * StoredVectors.BatchSize);
            File.Delete(_stored.State);
        }
    }

    [Fact]
    public async Task Vectors_that_never_reached_the_disk_are_taken_back_with_their_frame()
    {
        await _stored.FillAsync(batches: 2);
        File.Delete(_stored.State);
        using (FileStream vectors = new(Path.Combine(_stored.Inside, "rows-0", "00000.vectors"), FileMode.Open))
        {
            vectors.Position = 60 * StoredVectors.Dimensions * sizeof(float);
            vectors.Write(new byte[20 * StoredVectors.Dimensions * sizeof(float)]);
        }

        (await _stored.CountAsync()).ShouldBe(StoredVectors.BatchSize);
    }

    [Theory, InlineData(3), InlineData(9), InlineData(30)]
    public async Task Damage_in_the_middle_is_said_and_not_repaired(int at)
    {
        await _stored.FillAsync(batches: 3);
        File.Delete(_stored.State);
        byte[] bytes = await File.ReadAllBytesAsync(_stored.Log, Cancel);
        bytes[at] ^= 0x40;
        await File.WriteAllBytesAsync(_stored.Log, bytes, Cancel);

        (await Should.ThrowAsync<HoneException>(_stored.CountAsync)).Message.ShouldContain("records.log is damaged at byte 0");

        (await File.ReadAllBytesAsync(_stored.Log, Cancel)).ShouldBe(bytes);
    }

    [Fact]
    public async Task A_state_that_is_damaged_is_made_again_and_a_description_is_not()
    {
        await _stored.FillAsync(batches: 3);
        string state = _stored.State;
        byte[] bytes = await File.ReadAllBytesAsync(state, Cancel);
        bytes[50] ^= 1;
        await File.WriteAllBytesAsync(state, bytes, Cancel);

        (await _stored.CountAsync()).ShouldBe(3 * StoredVectors.BatchSize);
        await File.WriteAllTextAsync(Path.Combine(_stored.Inside, "collection.json"), "{\"name\":", Cancel);

        (await Should.ThrowAsync<HoneException>(_stored.CountAsync)).Message.ShouldContain("collection.json is damaged");
    }

    [Theory, InlineData("records.log", 0), InlineData("records.log", 100), InlineData("00000.vectors", 0), InlineData("00000.codes", 10)]
    public async Task A_file_that_is_missing_or_shorter_is_said(string name, int length)
    {
        await _stored.FillAsync(batches: 3);
        string path = Path.Combine(_stored.Inside, "rows-0", name);
        File.Delete(path);
        if (length > 0)
            await File.WriteAllBytesAsync(path, new byte[length], Cancel);

        (await Should.ThrowAsync<HoneException>(_stored.CountAsync)).Message.ShouldContain(" is missing or shorter than it was. Restore its folder from a copy");
        BuiltInIndex index = new(_stored.Folder);
        await using (index)
            (await index.DropAsync(Collection.Name, Cancel)).ShouldBeTrue();
        (await Should.ThrowAsync<HoneException>(_stored.CountAsync)).Message.ShouldContain("There is no collection");
    }

    [Fact]
    public async Task Rows_that_are_missing_after_they_were_cleared_are_said_and_nothing_else_is_deleted()
    {
        await _stored.FillAsync(batches: 1);
        string description = Path.Combine(_stored.Inside, "collection.json");
        await File.WriteAllTextAsync(description, (await File.ReadAllTextAsync(description, Cancel)).Replace("\"generation\":0", "\"generation\":7", StringComparison.Ordinal), Cancel);

        (await Should.ThrowAsync<HoneException>(_stored.CountAsync)).Message.ShouldContain("rows-7 is missing");

        File.Exists(_stored.Log).ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_kill_left_of_a_file_that_was_being_written_is_gone_when_the_rows_are_opened_next()
    {
        await _stored.FillAsync(batches: 1);
        string left = Path.Combine(_stored.Inside, "rows-0", ".00001.shadows.0123.tmp");
        await File.WriteAllTextAsync(left, "half", Cancel);

        (await _stored.CountAsync()).ShouldBe(StoredVectors.BatchSize);

        File.Exists(left).ShouldBeFalse();
    }
}
