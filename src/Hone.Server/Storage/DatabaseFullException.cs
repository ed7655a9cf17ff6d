using System.Data.Common;
using Hone.Engine;

namespace Hone.Server.Storage;

/// <summary>The disk of the database has no room: nothing of the transaction was kept.</summary>
/// <param name="database">As people know it.</param>
public sealed class DatabaseFullException(string database, DbException cause)
    : DbException(
        Text.Of(
            $"The disk that holds the database {database} is full. Free some space on it and try again.",
            $"数据库 {database} 所在的磁盘已满。请释放空间后重试。"),
        cause);
