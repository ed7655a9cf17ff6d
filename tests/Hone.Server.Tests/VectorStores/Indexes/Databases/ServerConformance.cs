using Hone.Server.Tests.VectorStores.Copying;
using Hone.Server.VectorStores.Indexes;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases;

/// <summary>The suite against a server that runs, which it starts again, and copies to it and back.</summary>
public abstract class ServerConformance : VectorIndexConformance
{
    readonly ServerProcess _server;
    readonly string _address;

    /// <param name="address">The index's address, from the server's port.</param>
    protected ServerConformance(ServerProcess server, Func<int, string> address)
    {
        Assert.SkipWhen(server.Absence is not null, server.Absence ?? "");
        (_server, _address) = (server, address(server.Port));
    }

    [Fact]
    public async Task A_collection_is_copied_here_and_back() => await VectorCopyTests.ShouldCopyThere(_address);

    protected override Task<IVectorIndex> OpenAsync() => Task.FromResult(VectorIndexes.Open(_address));

    protected override Task RestartAsync() => _server.RestartAsync();
}
