using Hone.Engine;
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

    protected override async Task PrepareAsync()
    {
        await RunAsync($"{Programs}/initdb", ["-D", $"{DataFolder}/data", "-A", "trust", "-U", "hone", "-E", "UTF8", "--locale=C", "--no-sync"], User);
        // Of all users one must show a password.
        await RunAsync("/bin/sh", ["-c", $"cd {DataFolder}/data && {{ echo 'host all locked 127.0.0.1/32 scram-sha-256'; cat pg_hba.conf; }} > pg_hba.new && mv pg_hba.new pg_hba.conf"], User);
    }

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

    [Theory]
    [InlineData("id text PRIMARY KEY, embedding vector, metadata jsonb")]
    [InlineData("id bigint PRIMARY KEY, embedding vector(3), metadata jsonb")]
    [InlineData("id text PRIMARY KEY, embedding halfvec(3), metadata jsonb")]
    [InlineData("id text PRIMARY KEY, title_vector vector(3), metadata jsonb")]
    public async Task A_table_with_other_columns_is_no_collection(string columns)
    {
        string table = $"mixed {Guid.NewGuid():N}";
        await RunAsync($"CREATE TABLE \"{table}\" ({columns})");
        await using IVectorIndex index = await OpenAsync();

        await ForeignCollectionTests.ShouldBeRead(index, table, null, "the table lacks one of the columns id text, embedding vector(n) with one length, and metadata jsonb");

        await RunAsync($"DROP TABLE \"{table}\"");
    }

    [Fact]
    public async Task A_password_that_is_missing_is_asked_for()
    {
        await RunAsync("CREATE ROLE locked LOGIN PASSWORD 'geheim'");
        await using IVectorIndex index = VectorIndexes.Open($"pgvector://locked@127.0.0.1:{server.Port}/postgres");

        string message = (await Should.ThrowAsync<HoneException>(() => index.ListAsync(TestContext.Current.CancellationToken))).Message;

        message.ShouldStartWith($"PostgreSQL at 127.0.0.1:{server.Port}/postgres does not let you in: ");
        message.ShouldEndWith("Put the password into the variable PGPASSWORD, and the user into the address.");
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
