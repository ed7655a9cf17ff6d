using System.Data.Common;
using Hone.Engine;
using Hone.Server.Storage;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Storage;

/// <summary>What every database does, through the front door.</summary>
public abstract class DatabaseConformance : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-db-").FullName;

    protected DataFolder Data => new(_folder);

    /// <summary>Opens the test's database; again, when it was opened before.</summary>
    protected abstract Database Open();

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void What_was_written_is_there_when_it_is_opened_again()
    {
        Open().Write(session => Insert(session, "ftjob-1"));

        Open().Read(session => session.Value<long>("SELECT COUNT(*) FROM jobs")).ShouldBe(1);
    }

    [Fact]
    public void A_transaction_that_fails_leaves_nothing()
    {
        Database database = Open();

        Should.Throw<HoneException>(() => database.Write(session =>
        {
            Insert(session, "ftjob-1");
            throw new HoneException("no");
        }));

        database.Read(session => session.Value<long>("SELECT COUNT(*) FROM jobs")).ShouldBe(0);
    }

    [Fact]
    public void Times_and_nulls_come_back_as_they_were()
    {
        Database database = Open();
        var time = DateTimeOffset.FromUnixTimeMilliseconds(1_763_716_000_123);

        database.Write(session => Insert(session, "ftjob-1", time));

        Row row = database.Read(session => session.Find<Row>("SELECT id, created_at, lease_until, attempts FROM jobs"))!;
        row.ShouldBe(new Row { Id = "ftjob-1", CreatedAt = time, LeaseUntil = null, Attempts = 0 });
    }

    [Fact]
    public void Rows_are_counted_up_in_the_order_of_insertion()
    {
        Database database = Open();

        foreach (string id in (string[])["c", "a", "b"])
            database.Write(session => Insert(session, id));

        database.Read(session => session.List<string>("SELECT id FROM jobs ORDER BY sequence")).ShouldBe(["c", "a", "b"]);
    }

    [Fact]
    public void A_second_row_with_a_unique_value_is_a_duplicate()
    {
        Database database = Open();
        database.Write(session => Insert(session, "ftjob-1"));

        DbException error = Should.Throw<DbException>(() => database.Write(session => Insert(session, "ftjob-1")));

        database.Dialect.IsDuplicate(error).ShouldBeTrue();
        database.Dialect.IsConflict(error).ShouldBeFalse();
    }

    [Fact]
    public void Transactions_that_read_and_write_run_as_if_one_after_the_other()
    {
        Database database = Open();
        database.Write(session => Insert(session, "ftjob-1"));

        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            for (int i = 0; i < 5; i++)
            {
                database.Write(session =>
                {
                    int attempts = session.Value<int>("SELECT attempts FROM jobs");
                    session.Execute("UPDATE jobs SET attempts = @Attempts", new { Attempts = attempts + 1 });
                });
            }
        });

        database.Read(session => session.Value<int>("SELECT attempts FROM jobs")).ShouldBe(40);
    }

    [Fact]
    public void Several_processes_may_open_a_new_database_at_once()
    {
        Parallel.For(0, 6, new ParallelOptions { MaxDegreeOfParallelism = 6 }, _ => Open());

        Open().Read(session => session.List<int>("SELECT number FROM migrations ORDER BY number")).ShouldNotBeEmpty();
    }

    [Fact]
    public void A_database_of_a_newer_version_is_refused()
    {
        Open().Write(session => session.Execute("INSERT INTO migrations (number, name) VALUES (9999, 'later')"));

        Should.Throw<HoneException>(Open).Message.ShouldContain("newer Hone");
    }

    static void Insert(DatabaseSession session, string id, DateTimeOffset? now = null) =>
        session.Execute(
            "INSERT INTO jobs (id, organisation, status, created_at, queued_at, record) VALUES (@Id, 'local', 'queued', @Now, @Now, '{}')",
            new { Id = id, Now = now ?? DateTimeOffset.UnixEpoch });

    sealed record Row
    {
        public string Id { get; init; } = "";

        public DateTimeOffset CreatedAt { get; init; }

        public DateTimeOffset? LeaseUntil { get; init; }

        public int Attempts { get; init; }
    }
}

public sealed class SqliteTests : DatabaseConformance
{
    protected override Database Open() => Database.Open(Data, server: "");

    [Fact]
    public void A_file_that_is_no_database_is_reported_by_its_path()
    {
        File.WriteAllText(Data.Database, new string('x', 5000));

        Should.Throw<HoneException>(Open).Message.ShouldContain("hone.db");
    }
}

[Collection(PostgresServer.Collection)]
public sealed class PostgresTests(PostgresServer server) : DatabaseConformance
{
    readonly string _connection = server.NewDatabase();

    protected override Database Open() => Database.Open(Data, _connection);
}
