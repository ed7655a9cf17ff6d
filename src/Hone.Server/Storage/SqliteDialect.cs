using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Hone.Server.Storage;

/// <summary>SQLite: one file, any number of processes on one machine. Readers and the one writer do not wait for each other (WAL).</summary>
sealed class SqliteDialect : Dialect
{
    // Result codes: https://www.sqlite.org/rescode.html
    const int Busy = 5;
    const int Locked = 6;
    const int Full = 13;
    const int NoSharedMemory = 4874;
    const int UniqueConstraint = 2067;
    const int PrimaryKeyConstraint = 1555;

    public override string Identity => "INTEGER PRIMARY KEY AUTOINCREMENT";

    internal override string CountTables => "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = @Name";

    internal static string Connection(string path) => new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 60 }.ToString();

    internal override DbConnection Create(string connection) => new SqliteConnection(connection);

    internal override void CloseIdle(string connection)
    {
        using SqliteConnection any = new(connection);
        SqliteConnection.ClearPool(any);
    }

    // FULL: a commit is on the disk when it returns, so that a power failure loses nothing that was acknowledged.
    internal override void Prepare(DbConnection connection) => connection.Execute("PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");

    // Transactions that write begin with BEGIN IMMEDIATE: they are alone from their first statement on.
    internal override void LockSchema(DbConnection connection, DbTransaction transaction) { }

    public override bool IsConflict(DbException error) => error is SqliteException { SqliteErrorCode: Busy or Locked };

    public override bool IsDuplicate(DbException error) => error is SqliteException { SqliteExtendedErrorCode: UniqueConstraint or PrimaryKeyConstraint };

    // The index of the journal is enlarged with an error of its own.
    internal override bool IsDiskFull(DbException error) => error is SqliteException { SqliteErrorCode: Full } or SqliteException { SqliteExtendedErrorCode: NoSharedMemory };

    // A commit that finds no room has taken its transaction back by itself. The driver does not know that, and fails
    // where there is nothing to roll back: so it is given a transaction.
    internal override void AfterFailedCommit(DbConnection connection)
    {
        try
        {
            connection.Execute("BEGIN TRANSACTION");
        }
        catch (SqliteException)
        {
            // There is one still.
        }
    }

    internal override string Describe(string connection) => new SqliteConnectionStringBuilder(connection).DataSource;
}
