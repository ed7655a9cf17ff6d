using Npgsql;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases;

/// <summary>PostgreSQL 18 with pgvector.</summary>
[CollectionDefinition(Collection)]
public sealed class PgVectorServer : ServerProcess, ICollectionFixture<PgVectorServer>
{
    public const string Collection = "pgvector";

    const string Programs = "/usr/lib/postgresql/18/bin";

    protected override string Signal => "INT";

    protected override string User => "postgres";

    protected override Task PrepareAsync() => RunAsync($"{Programs}/initdb", ["-D", $"{DataFolder}/data", "-A", "trust", "-U", "hone", "-E", "UTF8", "--locale=C", "--no-sync"], User);

    protected override string[] Command(int port) => [$"{Programs}/postgres", "-D", $"{DataFolder}/data", "-k", DataFolder, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"];

    protected override async Task AskAsync(int port)
    {
        await using NpgsqlConnection connection = new($"Host=127.0.0.1;Port={port};Username=hone;Database=postgres;Pooling=false");
        await connection.OpenAsync();
    }
}

[Collection(PgVectorServer.Collection)]
public sealed class PgVectorIndexTests(PgVectorServer server) : ServerConformance(server, port => $"pgvector://hone@127.0.0.1:{port}/postgres");
