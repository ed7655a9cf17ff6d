using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Dapper;
using Hone.Engine;

namespace Hone.Server.Storage;

/// <summary>Brings a database's schema up to date: <c>Migrations/NNNN_name.sql</c> in the order of their numbers, each once. What was released is never changed, only added to.</summary>
static class Migrations
{
    const string Prefix = "Migrations/";
    const string IdentityPlace = "{identity}";

    /// <summary>Number and name of each migration, and its SQL.</summary>
    static IReadOnlyList<(int Number, string Name, string Sql)> All { get; } = [.. Read().OrderBy(migration => migration.Number)];

    public static void Apply(DbConnection connection, Dialect dialect)
    {
        if (Applied(connection, dialect, transaction: null) == All.Count)
            return;
        using DbTransaction transaction = connection.BeginTransaction(System.Data.IsolationLevel.ReadCommitted);
        dialect.LockSchema(connection, transaction);
        int applied = Applied(connection, dialect, transaction);
        if (applied > All.Count)
            throw new HoneException(Text.Of(
                "The database belongs to a newer Hone. Start that one, or name another data folder with --data.",
                "该数据库属于更新版本的 Hone。请使用新版本，或用 --data 指定其他数据文件夹。"));
        if (applied == 0)
            connection.Execute("CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL)", transaction: transaction);
        foreach ((int number, string name, string sql) in All.Skip(applied))
        {
            connection.Execute(sql.Replace(IdentityPlace, dialect.Identity, StringComparison.Ordinal), transaction: transaction);
            connection.Execute("INSERT INTO migrations (number, name) VALUES (@Number, @Name)", new { Number = number, Name = name }, transaction);
        }

        transaction.Commit();
    }

    static int Applied(DbConnection connection, Dialect dialect, DbTransaction? transaction) =>
        connection.ExecuteScalar<int>(dialect.CountTables, new { Name = "migrations" }, transaction) == 0
            ? 0
            : connection.ExecuteScalar<int>("SELECT COUNT(*) FROM migrations", transaction: transaction);

    static IEnumerable<(int Number, string Name, string Sql)> Read()
    {
        Assembly assembly = typeof(Migrations).Assembly;
        foreach (string resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            string name = resource[Prefix.Length..];
            using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!);
            yield return (int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name[5..], reader.ReadToEnd());
        }
    }
}
