using System.Data.Common;

namespace Hone.Server.Storage;

/// <summary>What the databases do differently. Everything else is the SQL that both understand.</summary>
public abstract class Dialect
{
    /// <summary>The type of a primary key that the database counts up, in the order of insertion.</summary>
    public abstract string Identity { get; }

    /// <summary>Counts the tables called <c>@Name</c>.</summary>
    internal abstract string CountTables { get; }

    internal abstract DbConnection Create(string connection);

    /// <summary>Closes the connections that are kept open for those who open one next.</summary>
    internal abstract void CloseIdle(string connection);

    /// <summary>Sets what a connection forgets when it is closed.</summary>
    internal abstract void Prepare(DbConnection connection);

    /// <summary>Keeps other processes from migrating until the transaction ends.</summary>
    internal abstract void LockSchema(DbConnection connection, DbTransaction transaction);

    /// <summary>Whether the transaction only came into another's way and can be run again.</summary>
    public abstract bool IsConflict(DbException error);

    /// <summary>Whether a row with the same unique value is there already.</summary>
    public abstract bool IsDuplicate(DbException error);

    /// <summary>Whether the disk of the database is full.</summary>
    internal abstract bool IsDiskFull(DbException error);

    /// <summary>Makes the transaction of a commit that failed one that can be rolled back, which happens next.</summary>
    internal abstract void AfterFailedCommit(DbConnection connection);

    /// <summary>The database's name for people: no password.</summary>
    internal abstract string Describe(string connection);
}
