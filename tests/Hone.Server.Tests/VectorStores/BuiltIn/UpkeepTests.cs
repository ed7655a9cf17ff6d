using Hone.Server.VectorStores.BuiltIn;
using Hone.Server.VectorStores.BuiltIn.Rows;
using Hone.Server.VectorStores.Indexes;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.BuiltIn;

/// <summary>What is done in the background: when it begins, and how it ends.</summary>
public sealed class UpkeepTests : IAsyncDisposable
{
    /// <summary>So long that there are shadows, and so many rows that a segment is full which has them.</summary>
    const int Dimensions = 96, Rows = 3100;

    static readonly VectorCollection Collection = new("c", Dimensions, VectorMetric.Cosine);

    readonly string _folder = Directory.CreateTempSubdirectory("hone-vectors-").FullName;
    readonly HeldClock _clock = new();
    readonly BuiltInIndex _index;

    public UpkeepTests() => _index = new BuiltInIndex(_folder, flushes: false, usesSigns: false, _clock);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    bool HasShadows => Directory.EnumerateFiles(_folder, "*.shadows", SearchOption.AllDirectories).Any();

    public async ValueTask DisposeAsync()
    {
        await _index.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Shadows_wait_until_nothing_was_written_for_a_while()
    {
        await _index.CreateAsync(Collection, Cancel);
        await PutAsync(0, Rows);

        Action endFirst = await _clock.NextAsync();
        await PutAsync(Rows, 1);
        endFirst();
        Action endSecond = await _clock.NextAsync();
        HasShadows.ShouldBeFalse();
        endSecond();

        await Patience.UntilAsync(() => HasShadows, "the shadows");
    }

    [Fact]
    public async Task Shadows_wait_no_longer_for_those_who_never_stop_writing()
    {
        await _index.CreateAsync(Collection, Cancel);
        await PutAsync(0, Rows);

        for (int wait = 0; wait < Upkeep.MostWaits; wait++)
        {
            Action end = await _clock.NextAsync();
            HasShadows.ShouldBeFalse();
            await PutAsync(Rows + wait, 1);
            end();
        }

        await Patience.UntilAsync(() => HasShadows, "the shadows");
    }

    [Fact]
    public async Task Who_waits_for_shadows_is_not_kept_waiting_for_quiet()
    {
        await _index.CreateAsync(Collection, Cancel);
        await PutAsync(0, Rows);

        await _clock.NextAsync();
        await _index.SettleAsync(Collection);

        HasShadows.ShouldBeTrue();
    }

    [Fact]
    public async Task A_collection_that_is_closed_waits_for_no_quiet()
    {
        await _index.CreateAsync(Collection, Cancel);
        await PutAsync(0, Rows);

        await _clock.NextAsync();
        await _index.DisposeAsync();

        HasShadows.ShouldBeFalse();
    }

    [Fact]
    public async Task Work_that_fails_for_no_known_reason_is_told_to_those_who_wait_for_it_and_stops_like_any_other()
    {
        const int Deleted = 4500;
        Dictionary<string, MetadataValue> none = [];
        VectorRecord[] records = [.. Enumerable.Range(0, Deleted + 100).Select(i => new VectorRecord($"{i}", [1, i], none))];
        VectorCollection collection = new("d", 2, VectorMetric.Cosine);
        using CurrentRows current = new(collection, new CollectionRows(collection, _folder, 0), Cancel);
        Upkeep upkeep = new(current, () => throw new InvalidOperationException("broken"), usesSigns: false, _clock);

        current.Change(rows => rows.Write(records, flushes: false));
        current.Change(rows => rows.Delete([.. records.Take(Deleted).Select(record => record.Id)], flushes: false));
        upkeep.Notice();

        (await Should.ThrowAsync<InvalidOperationException>(upkeep.SettleAsync)).Message.ShouldBe("broken");
        await upkeep.StopAsync();
    }

    Task PutAsync(int first, int count)
    {
        Dictionary<string, MetadataValue> none = [];
        return _index.UpsertAsync(Collection, [.. Enumerable.Range(first, count).Select(i => new VectorRecord($"{i}", [.. Enumerable.Range(0, Dimensions).Select(d => (float)((i * 7) + (d * d)) % 101 + 1)], none))], Cancel);
    }
}
