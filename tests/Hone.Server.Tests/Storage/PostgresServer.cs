using System.Diagnostics;
using Npgsql;
using Xunit;

namespace Hone.Server.Tests.Storage;

/// <summary>A PostgreSQL server of the tests' own, in a temporary folder and on a socket there, where its programs are installed.</summary>
[CollectionDefinition(Collection)]
public sealed class PostgresServer : IAsyncLifetime, ICollectionFixture<PostgresServer>
{
    /// <summary>The classes of tests that share it.</summary>
    public const string Collection = "PostgreSQL";

    /// <summary>One every 100 milliseconds: two minutes.</summary>
    const int MostAttempts = 1200;

    readonly string _folder = Directory.CreateTempSubdirectory("hone-pg-").FullName;
    Process? _server;

    /// <summary>Why there is none; null when it runs.</summary>
    public string? Absence { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (OperatingSystem.IsWindows() || FindPrograms() is not { } programs)
        {
            Absence = "PostgreSQL is not installed";
            return;
        }

        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        string data = Path.Combine(_folder, "data");
        using (Process initialising = Start(Path.Combine(programs, "initdb"), "-D", data, "-A", "trust", "-U", "hone", "-E", "UTF8", "--locale=C", "--no-sync"))
        {
            await initialising.WaitForExitAsync();
            if (initialising.ExitCode != 0)
            {
                Absence = $"initdb ended with {initialising.ExitCode}";
                return;
            }
        }

        _server = Start(Path.Combine(programs, "postgres"), "-D", data, "-k", _folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60");
        await WaitUntilReady();
    }

    /// <summary>The connection string of a new, empty database.</summary>
    public string NewDatabase()
    {
        Assert.SkipWhen(Absence is not null, Absence ?? "");
        string name = $"test{Guid.NewGuid():N}";
        using NpgsqlConnection connection = new(Connection("postgres"));
        connection.Open();
        using NpgsqlCommand create = new($"CREATE DATABASE {name}", connection);
        create.ExecuteNonQuery();
        return Connection(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { HasExited: false } server)
        {
            NpgsqlConnection.ClearAllPools();
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
        }

        _server?.Dispose();
        await DeleteFolder();
    }

    string Connection(string database) => $"Host={_folder};Username=hone;Database={database};Maximum Pool Size=20";

    /// <summary>Processes of the server that were killed with it may write to the last.</summary>
    async Task DeleteFolder()
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
                return;
            }
            catch (IOException) when (attempt < MostAttempts)
            {
                await Task.Delay(100);
            }
        }
    }

    async Task WaitUntilReady()
    {
        for (int attempt = 0; ; attempt++)
        {
            if (_server!.HasExited)
            {
                Absence = $"PostgreSQL ended with {_server.ExitCode}";
                return;
            }

            try
            {
                await using NpgsqlConnection connection = new(Connection("postgres"));
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (attempt < MostAttempts)
            {
                await Task.Delay(100);
            }
        }
    }

    // The server refuses to run as root, so that root becomes the user whom the package made.
    static Process Start(string program, params string[] arguments)
    {
        string[] line = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--", program, .. arguments] : [program, .. arguments];
        ProcessStartInfo start = new(line[0], line.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment["LC_ALL"] = "C"; // A language that the machine names but does not have would stop it.
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    static string? FindPrograms()
    {
        const string debian = "/usr/lib/postgresql";
        IEnumerable<string> versions = Directory.Exists(debian) ? Directory.GetDirectories(debian).OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")) : [];
        IEnumerable<string> path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return versions.Concat(path).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }
}
