using System.Data.Common;
using Dapper;
using Npgsql;

namespace Hone.Server.Storage;

/// <summary>PostgreSQL: for several machines over one database.</summary>
sealed class PostgresDialect : Dialect
{
    const int SchemaLock = 0x686F6E65; // "hone": any number that no other program takes.

    public override string Identity => "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY";

    internal override string CountTables => "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = @Name";

    internal override DbConnection Create(string connection) => new NpgsqlConnection(connection);

    internal override void CloseIdle(string connection)
    {
        using NpgsqlConnection any = new(connection);
        NpgsqlConnection.ClearPool(any);
    }

    internal override void Prepare(DbConnection connection) { }

    internal override void LockSchema(DbConnection connection, DbTransaction transaction) =>
        connection.Execute("SELECT pg_advisory_xact_lock(@Key)", new { Key = (long)SchemaLock }, transaction);

    public override bool IsConflict(DbException error) => error.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    public override bool IsDuplicate(DbException error) => error.SqlState == PostgresErrorCodes.UniqueViolation;

    internal override bool IsDiskFull(DbException error) => error.SqlState == PostgresErrorCodes.DiskFull;

    internal override void AfterFailedCommit(DbConnection connection) { }

    internal override string Describe(string connection)
    {
        NpgsqlConnectionStringBuilder parts = new(connection);
        return $"{parts.Database} ({parts.Host})";
    }
}
