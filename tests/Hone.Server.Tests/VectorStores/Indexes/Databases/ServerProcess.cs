using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases;

/// <summary>A program of the Debian root that <c>tests/servers/install</c> makes, on a free port and with a data folder of its own, from before the first test of its collection until after the last.</summary>
public abstract class ServerProcess : IAsyncLifetime
{
    /// <summary>One every 100 milliseconds: two minutes.</summary>
    const int MostAttempts = 1200;

    const int MostStarts = 5;

    readonly string? _root = FindRoot();
    Process? _server;

    /// <summary>Why it does not run; null when it runs.</summary>
    public string? Absence { get; private set; }

    public int Port { get; private set; }

    /// <summary>The data folder, as the program sees it.</summary>
    protected string DataFolder { get; } = $"/srv/hone-{Guid.NewGuid():N}";

    /// <summary>The signal that ends the program in an orderly way.</summary>
    protected virtual string Signal => "TERM";

    /// <summary>The user as whom the program runs.</summary>
    protected virtual string User => "root";

    /// <summary>The program and its arguments.</summary>
    protected abstract string[] Command(int port);

    /// <summary>Throws until the program answers.</summary>
    protected abstract Task AskAsync(int port);

    /// <summary>What must be done once before the first start.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        if (_root is null)
        {
            Absence = "artifacts/servers is not there: tests/servers/install makes it, as root on Linux";
            return;
        }

        await RunAsync("/bin/mkdir", ["-p", DataFolder]);
        await RunAsync("/bin/chown", [User, DataFolder]);
        await PrepareAsync();
        // The port that was free may be another's before the program takes it.
        for (int start = 0; start < MostStarts && Absence is null; start++)
        {
            Port = FreePort();
            if (await StartAsync())
                return;
        }

        Absence ??= $"{Command(0)[0]} ended when it was started";
    }

    /// <summary>Ends the program and starts it again with the data that it wrote, on the same port.</summary>
    public async Task RestartAsync()
    {
        using (var kill = Process.Start("kill", ["-s", Signal, _server!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await _server.WaitForExitAsync();
        _server.Dispose();
        if (!await StartAsync())
            throw new InvalidOperationException($"{Command(0)[0]} ended when it was started again.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { HasExited: false } server)
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
        }

        _server?.Dispose();
        if (_root is not null)
            await DeleteFolder(_root + DataFolder);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs a program of the root to its end.</summary>
    protected async Task RunAsync(string program, string[] arguments, string user = "root")
    {
        using Process process = Start(user, [program, .. arguments]);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            Absence = $"{program} ended with {process.ExitCode}";
    }

    async Task<bool> StartAsync()
    {
        _server = Start(User, Command(Port));
        for (int attempt = 0; !_server.HasExited; attempt++)
        {
            try
            {
                await AskAsync(Port);
                return true;
            }
            catch (Exception error) when (attempt < MostAttempts && error is not OutOfMemoryException)
            {
                await Task.Delay(100);
            }
        }

        return false;
    }

    Process Start(string user, string[] command)
    {
        ProcessStartInfo start = new("chroot", [$"--userspec={user}", _root!, .. command]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment["LC_ALL"] = "C"; // A language that the machine names but the root does not have would stop some.
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Processes that were killed with the program may write to the last.</summary>
    static async Task DeleteFolder(string folder)
    {
        for (int attempt = 0; Directory.Exists(folder); attempt++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException) when (attempt < MostAttempts)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>A port below those that the system gives out by itself, so that no client of another test takes it while the program is started again.</summary>
    static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(10_000, 30_000);
            try
            {
                using TcpListener listener = new(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }

    /// <summary>The finished root in the folder of build results; to change into it takes root.</summary>
    static string? FindRoot()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            return null;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string root = Path.Combine(folder.FullName, "artifacts", "servers");
            if (File.Exists(Path.Combine(root, "ready")))
                return root;
        }

        return null;
    }
}
