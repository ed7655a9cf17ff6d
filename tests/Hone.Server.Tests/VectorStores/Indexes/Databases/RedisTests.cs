using Hone.Server.VectorStores.Indexes;
using Hone.Server.VectorStores.Indexes.Databases.Redis;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases;

/// <summary>Redis 8, which writes every command to its log before it answers.</summary>
[CollectionDefinition(Collection)]
public sealed class RedisServer : ServerProcess, ICollectionFixture<RedisServer>
{
    public const string Collection = "Redis";

    protected override string[] Command(int port) => ["/usr/bin/redis-server", "--bind", "127.0.0.1", "--port", $"{port}", "--save", "", "--appendonly", "yes", "--appendfsync", "no", "--dir", DataFolder];

    protected override async Task AskAsync(int port)
    {
        await using RedisVectorSets sets = new($"//127.0.0.1:{port}");
        await sets.ListAsync(CancellationToken.None);
    }
}

[Collection(RedisServer.Collection)]
public sealed class RedisVectorSetsTests(RedisServer server) : ServerConformance(server, port => $"redis://127.0.0.1:{port}")
{
    [Fact]
    public async Task A_set_that_others_made_is_read_and_not_filtered()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        string name = $"others {Guid.NewGuid():N}";
        await SendAsync("VADD", name, "VALUES", "3", "1", "0", "0", "一", "SETATTR", "{\"title\": \"一\"}");
        await using IVectorIndex index = await OpenAsync();

        VectorCollection collection = new(name, 3, VectorMetric.Cosine);
        await ForeignCollectionTests.ShouldBeRead(index, name, VectorMetric.Cosine, reason: null);
        (await index.ScanAsync(collection, cancel).ToListAsync(cancel)).ShouldHaveSingleItem().Metadata["title"].Text.ShouldBe("一");
        await ForeignCollectionTests.ShouldNotFilter(index, collection);

        (await index.DropAsync(name, cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_key_that_holds_something_else_is_no_collection()
    {
        string name = $"text {Guid.NewGuid():N}";
        await SendAsync("SET", name, "x");
        await using IVectorIndex index = await OpenAsync();

        await ForeignCollectionTests.ShouldBeRead(index, name, null, "the key holds a \"string\", not a vector set");

        await SendAsync("DEL", name);
    }

    /// <summary>A command of somebody else.</summary>
    async Task SendAsync(params object[] command)
    {
        await using RespConnection redis = RedisPlace.Connection($"//127.0.0.1:{server.Port}", "redis");
        await redis.SendAsync(TestContext.Current.CancellationToken, command);
    }
}
