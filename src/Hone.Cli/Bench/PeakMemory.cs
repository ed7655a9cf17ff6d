using System.Diagnostics;

namespace Hone.Cli.Bench;

/// <summary>The most physical memory this process has had.</summary>
static class PeakMemory
{
    public static double Gigabytes
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64 / 1e9;
        }
    }
}
