using System.Diagnostics;
using System.Globalization;
using Hone.Server.Storage;

namespace Hone.Server.Jobs;

/// <summary>Starts workers as processes of this machine. Each ends with a checkpoint when this process ends, because its standard input ends then.</summary>
/// <param name="program">The command line of <c>hone</c>.</param>
public sealed class ProcessLauncher(IReadOnlyList<string> program, DataFolder data) : IJobLauncher
{
    /// <summary>How long a worker may take to write its checkpoint.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The command line by which this program was started.</summary>
    public static IReadOnlyList<string> ThisProgram
    {
        get
        {
            string path = Environment.ProcessPath!;
            bool isHost = Path.GetFileNameWithoutExtension(path).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
            return isHost ? [path, Path.Combine(AppContext.BaseDirectory, "hone.dll")] : [path];
        }
    }

    public async Task<bool> RunAsync(string job, string holder, int atOnce, CancellationToken stop)
    {
        string[] arguments = ["worker", job, "--holder", holder, "--at-once", atOnce.ToString(CultureInfo.InvariantCulture), "--supervised", "--data", data.Root, "--lang", "en"];
        using Process process = Process.Start(new ProcessStartInfo(program[0], [.. program.Skip(1), .. arguments]) { RedirectStandardInput = true })!;
        using CancellationTokenSource impatient = new();
        await using CancellationTokenRegistration stopping = stop.Register(() =>
        {
            process.StandardInput.Close();
            impatient.CancelAfter(Patience);
        });
        try
        {
            await process.WaitForExitAsync(impatient.Token);
        }
        catch (OperationCanceledException)
        {
            // Killed at any instant, it loses nothing but the steps since its last checkpoint.
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return process.ExitCode == 0;
    }
}
