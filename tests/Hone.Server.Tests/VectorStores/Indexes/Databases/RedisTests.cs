using Hone.Server.VectorStores.Indexes.Databases.Redis;
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
public sealed class RedisVectorSetsTests(RedisServer server) : ServerConformance(server, port => $"redis://127.0.0.1:{port}");
