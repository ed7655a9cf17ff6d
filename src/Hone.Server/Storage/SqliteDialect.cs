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
    const int UniqueConstraint = 2067;
    const int PrimaryKeyConstraint = 1555;

    public override string Identity => "INTEGER PRIMARY KEY AUTOINCREMENT";

    internal override string CountTables => "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = @Name";

    internal static string Connection(string path) => new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 60 }.ToString();

    internal override DbConnection Create(string connection) => new SqliteConnection(connection);

    // FULL: a commit is on the disk when it returns, so that a power failure loses nothing that was acknowledged.
    internal override void Prepare(DbConnection connection) => connection.Execute("PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");

    // Transactions that write begin with BEGIN IMMEDIATE: they are alone from their first statement on.
    internal override void LockSchema(DbConnection connection, DbTransaction transaction) { }

    public override bool IsConflict(DbException error) => error is SqliteException { SqliteErrorCode: Busy or Locked };

    public override bool IsDuplicate(DbException error) => error is SqliteException { SqliteExtendedErrorCode: UniqueConstraint or PrimaryKeyConstraint };

    public override bool IsDiskFull(DbException error) => error is SqliteException { SqliteErrorCode: Full };

    internal override string Describe(string connection) => new SqliteConnectionStringBuilder(connection).DataSource;
}
