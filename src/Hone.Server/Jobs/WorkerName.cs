using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Hone.Server.Jobs;

/// <summary>A process that works on jobs, as the database names it: machine, process and when that began.</summary>
static class WorkerName
{
    // The start of a process is computed from clocks that are set while it runs.
    static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    public static string Current { get; } = $"{Environment.MachineName}/{Environment.ProcessId}/{StartOf(Process.GetCurrentProcess())}";

    /// <summary>Whether a worker ran on this machine and does no more, so that nobody need wait for its lease to end.</summary>
    public static bool IsGone(string name)
    {
        if (name.Split('/') is not [{ } machine, { } process, { } start, ..] || machine != Environment.MachineName || name == Current)
            return false;
        try
        {
            using var found = Process.GetProcessById(int.Parse(process, CultureInfo.InvariantCulture));
            return Math.Abs(StartOf(found) - long.Parse(start, CultureInfo.InvariantCulture)) > Tolerance.TotalSeconds;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return true;
        }
    }

    static long StartOf(Process process) => new DateTimeOffset(process.StartTime).ToUnixTimeSeconds();
}
