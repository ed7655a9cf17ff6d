using System.Diagnostics;
using System.Globalization;
using Hone.Engine.Training;

namespace Hone.Cli.Tests;

/// <summary>The real program in a process of its own, to be stopped by the system.</summary>
sealed class HoneProcess : IDisposable
{
    readonly Process _process;

    public HoneProcess(params string[] arguments)
        : this(arguments, []) { }

    public HoneProcess(string[] arguments, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "hone.dll"), .. arguments, "--lang", "en"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
    }

    /// <summary>Waits until a file of metrics has that many lines; a run that resumes finds some there.</summary>
    public HoneProcess WaitForStep(Func<string?> metrics, int step)
    {
        while (true)
        {
            bool hasExited = _process.HasExited; // Asked first: what has ended by then has written all its steps.
            if (metrics() is { } path && MetricsLog.Read(path).Count() >= step)
                return this;
            if (hasExited)
                throw new InvalidOperationException(_process.StandardError.ReadToEnd());
            Thread.Sleep(1);
        }
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Waits for its end; returns the exit code and what stood on standard error.</summary>
    public (int ExitCode, string Error) WaitForExit()
    {
        string error = _process.StandardError.ReadToEnd();
        _process.WaitForExit();
        return (_process.ExitCode, error);
    }

    /// <summary>Whether this run, and what it starts, was told to ignore Ctrl-C, as shells tell what they run in the background.</summary>
    public static bool IgnoresCtrlC
    {
        get
        {
            const int Interrupt = 1 << 1;
            const string Status = "/proc/self/status";
            string? ignored = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) : null;
            return ignored is not null && (ulong.Parse(ignored["SigIgn:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Interrupt) != 0;
        }
    }

    /// <summary>Presses Ctrl-C, or ends the process politely where that is ignored, which is the same to it; returns the exit code and what stood on standard error.</summary>
    public (int ExitCode, string Error) Interrupt()
    {
        Signal(_process, IgnoresCtrlC ? "TERM" : "INT");
        return WaitForExit();
    }

    /// <summary>Sends a signal by its name. The shell does it: not every machine has the program <c>kill</c>.</summary>
    public static void Signal(Process process, string name)
    {
        using var shell = Process.Start("/bin/sh", ["-c", $"kill -{name} {process.Id.ToString(CultureInfo.InvariantCulture)}"]);
        shell.WaitForExit();
    }

    /// <summary>A process that a failed test left behind ends with it.</summary>
    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
