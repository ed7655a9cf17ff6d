using Hone.Server.Tests.Storage;
using Microsoft.Data.Sqlite;
using Xunit;

[assembly: AssemblyFixture(typeof(ClosedDatabases))]

namespace Hone.Server.Tests.Storage;

/// <summary>
/// Closes the connections that are kept of all databases, as part of the run: each writes to the disk then. Otherwise they are closed at the end of the process, for which the runner gives
/// ten seconds before it calls the run a failure.
/// </summary>
public sealed class ClosedDatabases : IDisposable
{
    public void Dispose() => SqliteConnection.ClearAllPools();
}
