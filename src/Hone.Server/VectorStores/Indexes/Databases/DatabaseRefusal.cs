using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases;

/// <summary>A database answered, and not with what was asked for.</summary>
/// <param name="status">The status of HTTP.</param>
sealed class DatabaseRefusal(int status, string message) : HoneException(message)
{
    public int Status => status;
}
