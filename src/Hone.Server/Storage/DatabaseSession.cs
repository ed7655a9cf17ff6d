using System.Data.Common;
using Dapper;

namespace Hone.Server.Storage;

/// <summary>A connection for the time of one read or one transaction. Parameters are the properties of an object: <c>WHERE id = @Id</c>.</summary>
public sealed class DatabaseSession
{
    readonly DbConnection _connection;
    readonly DbTransaction? _transaction;

    static DatabaseSession()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new InstantHandler());
    }

    internal DatabaseSession(DbConnection connection, DbTransaction? transaction) => (_connection, _transaction) = (connection, transaction);

    /// <summary>All rows, by the names of their columns.</summary>
    public IReadOnlyList<T> List<T>(string sql, object? parameters = null) => _connection.Query<T>(sql, parameters, _transaction).AsList();

    /// <summary>The first row, or the default when there is none.</summary>
    public T? Find<T>(string sql, object? parameters = null) => _connection.QueryFirstOrDefault<T>(sql, parameters, _transaction);

    /// <summary>The value of a statement that always has one, such as a count.</summary>
    public T Value<T>(string sql, object? parameters = null) => _connection.QuerySingle<T>(sql, parameters, _transaction);

    /// <returns>How many rows were changed.</returns>
    public int Execute(string sql, object? parameters = null) => _connection.Execute(sql, parameters, _transaction);
}
