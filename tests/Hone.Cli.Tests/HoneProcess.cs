using System.Diagnostics;
using System.Globalization;

namespace Hone.Cli.Tests;

/// <summary>The real program in a process of its own, to be stopped by the system.</summary>
sealed class HoneProcess : IDisposable
{
    readonly Process _process;

    public HoneProcess(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "hone.dll"), .. arguments, "--lang", "en"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
    }

    /// <summary>Waits until a file of metrics has that many lines; a run that resumes finds some there.</summary>
    public HoneProcess WaitForStep(Func<string?> metrics, int step)
    {
        while (metrics() is not { } path || !File.Exists(path) || File.ReadLines(path).Count() < step)
        {
            if (_process.HasExited)
                throw new InvalidOperationException(_process.StandardError.ReadToEnd());
            Thread.Yield();
        }

        return this;
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

    /// <summary>Presses Ctrl-C; returns the exit code and what stood on standard error.</summary>
    public (int ExitCode, string Error) Interrupt()
    {
        using (Process signal = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]))
            signal.WaitForExit();
        return WaitForExit();
    }

    public void Dispose() => _process.Dispose();
}
