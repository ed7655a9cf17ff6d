using System.Data.Common;
using Hone.Engine;

namespace Hone.Server.Storage;

/// <summary>The database of a data folder: <c>hone.db</c> (SQLite), or the PostgreSQL server that <c>HONE_DATABASE</c> names. Its schema is brought up to date when it is opened.</summary>
/// <remarks>
/// Times are columns of whole milliseconds since 1970 (<c>BIGINT</c>) and <see cref="DateTimeOffset"/> in code; names are <c>snake_case</c> there and <c>PascalCase</c> here; JSON is <c>TEXT</c>.
/// </remarks>
public sealed class Database
{
    public const string Variable = "HONE_DATABASE";
    const int MostAttempts = 50;

    readonly string _connection;

    Database(Dialect dialect, string connection) => (Dialect, _connection) = (dialect, connection);

    public Dialect Dialect { get; }

    /// <summary>Opens the database of a data folder, which is made if need be, and applies the migrations it lacks.</summary>
    /// <param name="server">A PostgreSQL connection string; null for <c>HONE_DATABASE</c>, else for <c>hone.db</c>.</param>
    public static Database Open(DataFolder data, string? server = null)
    {
        server ??= Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(server))
            return Prepare(new PostgresDialect(), server);
        Directory.CreateDirectory(data.Root);
        return Prepare(new SqliteDialect(), SqliteDialect.Connection(data.Database));
    }

    /// <summary>Asks without a transaction: each statement sees what is committed when it begins.</summary>
    public T Read<T>(Func<DatabaseSession, T> work)
    {
        try
        {
            using DbConnection connection = Connect();
            return work(new DatabaseSession(connection, transaction: null));
        }
        catch (DbException error) when (Dialect.IsDiskFull(error))
        {
            throw new DatabaseFullException(Dialect.Describe(_connection), error);
        }
    }

    /// <summary>Runs a transaction as if it were alone: all of it is kept on the disk when this returns, or none of it.</summary>
    /// <exception cref="DatabaseFullException">There is no room for it.</exception>
    /// <param name="work">May be run again when another transaction came in between, so it changes nothing but the database.</param>
    public T Write<T>(Func<DatabaseSession, T> work)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                using DbConnection connection = Connect();
                return Transact(connection, work);
            }
            catch (DbException error) when (Dialect.IsConflict(error) && attempt < MostAttempts)
            {
                Thread.Sleep(Random.Shared.Next(1, 5 * attempt));
            }
            catch (DbException error) when (Dialect.IsDiskFull(error))
            {
                throw new DatabaseFullException(Dialect.Describe(_connection), error);
            }
        }
    }

    /// <inheritdoc cref="Write{T}"/>
    public void Write(Action<DatabaseSession> work) =>
        Write(session =>
        {
            work(session);
            return 0;
        });

    T Transact<T>(DbConnection connection, Func<DatabaseSession, T> work)
    {
        using DbTransaction transaction = connection.BeginTransaction(System.Data.IsolationLevel.Serializable);
        T result = work(new DatabaseSession(connection, transaction));
        try
        {
            transaction.Commit();
        }
        catch (DbException)
        {
            Dialect.AfterFailedCommit(connection);
            throw;
        }

        return result;
    }

    /// <summary>Closes the connections that are kept for whoever asks next, such as when nobody will.</summary>
    public void CloseIdle() => Dialect.CloseIdle(_connection);

    static Database Prepare(Dialect dialect, string connection)
    {
        Database database = new(dialect, connection);
        try
        {
            using DbConnection opened = database.Connect();
            Migrations.Apply(opened, dialect);
        }
        catch (Exception error) when (error is DbException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new HoneException(Text.Of(
                $"The database {dialect.Describe(connection)} cannot be opened: {error.Message}",
                $"无法打开数据库 {dialect.Describe(connection)}：{error.Message}"), error);
        }

        return database;
    }

    DbConnection Connect()
    {
        DbConnection connection = Dialect.Create(_connection);
        try
        {
            connection.Open();
            Dialect.Prepare(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
