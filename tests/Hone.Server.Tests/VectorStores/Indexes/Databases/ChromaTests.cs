using Xunit;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases;

/// <summary>Chroma's own server.</summary>
[CollectionDefinition(Collection)]
public sealed class ChromaServer : ServerProcess, ICollectionFixture<ChromaServer>
{
    public const string Collection = "Chroma";

    static readonly HttpClient Http = new();

    // It answers nothing any more, and does not end, after a signal that it could handle.
    protected override string Signal => "KILL";

    protected override string[] Command(int port) => ["/bin/sh", "-c", $"cd /srv/chroma && exec node node_modules/.bin/chroma run --host 127.0.0.1 --port {port} --path {DataFolder}"];

    protected override async Task AskAsync(int port) => await Http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/api/v2/heartbeat"));
}

[Collection(ChromaServer.Collection)]
public sealed class ChromaIndexTests(ChromaServer server) : ServerConformance(server, port => $"chroma://127.0.0.1:{port}");
