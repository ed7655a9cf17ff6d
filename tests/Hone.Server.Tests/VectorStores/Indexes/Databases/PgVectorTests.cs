using Hone.Server.VectorStores.Indexes;
using Npgsql;
using Shouldly;
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
public sealed class PgVectorIndexTests(PgVectorServer server) : ServerConformance(server, port => $"pgvector://hone@127.0.0.1:{port}/postgres")
{
    [Theory, InlineData("{\"metric\": \"taxicab\", \"name\": 7}"), InlineData("[1]"), InlineData("no JSON"), InlineData(null)]
    public async Task A_table_that_others_made_is_known_by_its_name_and_index(string? comment)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        string table = $"other {Guid.NewGuid():N}";
        await RunAsync($"""
            CREATE TABLE "{table}" (id text PRIMARY KEY, embedding vector(3), metadata jsonb);
            CREATE INDEX ON "{table}" USING hnsw (embedding vector_ip_ops);
            INSERT INTO "{table}" VALUES ('a', '[1,2,3]', NULL);
            COMMENT ON TABLE "{table}" IS {(comment is null ? "NULL" : $"'{comment}'")};
            """);
        await using IVectorIndex index = await OpenAsync();

        VectorCollection collection = new(table, 3, VectorMetric.DotProduct);
        (await index.FindAsync(table, cancel)).ShouldBe(collection);
        (await index.QueryAsync(collection, new VectorQuery([1, 1, 1], 2), cancel)).ShouldHaveSingleItem().Score.ShouldBe(6, 1e-6);
        (await index.FetchAsync(collection, ["a"], cancel)).ShouldHaveSingleItem().Metadata.ShouldBeEmpty();

        (await index.DropAsync(table, cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_table_of_vectors_of_any_length_is_no_collection()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        string table = $"mixed {Guid.NewGuid():N}";
        await RunAsync($"CREATE TABLE \"{table}\" (id text PRIMARY KEY, embedding vector, metadata jsonb)");
        await using IVectorIndex index = await OpenAsync();

        (await index.FindAsync(table, cancel)).ShouldBeNull();
        (await index.ListAsync(cancel)).ShouldNotContain(collection => collection.Name == table);
    }

    /// <summary>Statements of somebody else, where the extension is there.</summary>
    async Task RunAsync(string statements)
    {
        await using NpgsqlConnection connection = new($"Host=127.0.0.1;Port={server.Port};Username=hone;Database=postgres;Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using NpgsqlCommand command = new($"CREATE EXTENSION IF NOT EXISTS vector; {statements}", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
