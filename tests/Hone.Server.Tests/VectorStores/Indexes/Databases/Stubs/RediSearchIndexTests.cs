using Hone.Server.VectorStores.Indexes;
using Hone.Server.VectorStores.Indexes.Databases.Redis;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases.Stubs;

/// <summary>RediSearch's stub: no server.</summary>
public sealed class RediSearchIndexTests : VectorIndexConformance, IAsyncDisposable
{
    readonly RediSearchStub _stub = new();

    protected override Task<IVectorIndex> OpenAsync() => Task.FromResult<IVectorIndex>(new RediSearchIndex($"//127.0.0.1:{_stub.Port}"));

    [Fact]
    public async Task A_command_that_Redis_does_not_know_is_said_with_what_it_needs()
    {
        await using RedisVectorSets sets = new($"//127.0.0.1:{_stub.Port}");

        (await Should.ThrowAsync<Hone.Engine.HoneException>(() => sets.FindAsync("docs", TestContext.Current.CancellationToken))).Message
            .ShouldBe($"Redis at 127.0.0.1:{_stub.Port} does not know TYPE. The kind redis needs Redis 8, the kind redisearch needs RediSearch there.");
    }

    [Fact]
    public async Task What_an_interrupted_creation_left_is_in_nobodys_way()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        VectorCollection collection = new("docs", 2, VectorMetric.DotProduct);
        await using RediSearchIndex index = new($"//127.0.0.1:{_stub.Port}");
        await index.CreateAsync(collection with { Dimensions = 3 }, cancel);
        await using RespConnection redis = RedisPlace.Connection($"//127.0.0.1:{_stub.Port}", "redisearch");
        await redis.SendAsync(cancel, "HDEL", "hone:search-collections", "docs");

        (await index.FindAsync("docs", cancel)).ShouldBeNull();
        (await index.DropAsync("docs", cancel)).ShouldBeFalse();
        await index.CreateAsync(collection, cancel);

        await index.UpsertAsync(collection, [new VectorRecord("a", [1, 2], new Dictionary<string, MetadataValue>())], cancel);
        (await index.CountAsync(collection, cancel)).ShouldBe(1);
    }

    [Fact]
    public async Task Records_that_a_dropped_index_left_are_not_those_of_the_next()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        VectorCollection collection = new("docs", 1, VectorMetric.DotProduct);
        await using RediSearchIndex index = new($"//127.0.0.1:{_stub.Port}");
        await index.CreateAsync(collection, cancel);
        await index.UpsertAsync(collection, [new VectorRecord("old", [1], new Dictionary<string, MetadataValue>())], cancel);
        _stub.IsFilling = true;

        (await index.DropAsync("docs", cancel)).ShouldBeTrue();
        await index.CreateAsync(collection, cancel);

        (await index.CountAsync(collection, cancel)).ShouldBe(0);
        (await index.ScanAsync(collection, cancel).ToListAsync(cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_record_that_goes_during_a_search_is_not_found()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        VectorCollection collection = new("docs", 1, VectorMetric.DotProduct);
        await using RediSearchIndex index = new($"//127.0.0.1:{_stub.Port}");
        await index.CreateAsync(collection, cancel);
        await index.UpsertAsync(collection, [.. ((string[])["stays", "goes"]).Select(id => new VectorRecord(id, [1], new Dictionary<string, MetadataValue>()))], cancel);
        _stub.Going = "goes";

        (await index.QueryAsync(collection, new VectorQuery([1], 5), cancel)).ShouldHaveSingleItem().Id.ShouldBe("stays");
    }

    [Fact]
    public async Task An_error_inside_a_transaction_is_an_error()
    {
        await using RespConnection redis = RedisPlace.Connection($"//127.0.0.1:{_stub.Port}", "redisearch");

        (await Should.ThrowAsync<Hone.Engine.HoneException>(() => redis.GoodAsync([["MULTI"], ["HSET", "key", "a", "b", "c"], ["EXEC"]], TestContext.Current.CancellationToken))).Message
            .ShouldBe($"Redis at 127.0.0.1:{_stub.Port} refused EXEC: ERR Syntax error: wrong number of arguments.");
    }

    protected override Task RestartAsync()
    {
        _stub.Break();
        return Task.CompletedTask;
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await _stub.DisposeAsync();
    }
}
