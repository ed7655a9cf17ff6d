using System.Diagnostics;
using Xunit;

namespace Hone.Server.Tests.Storage;

/// <summary>A disk of a few megabytes in memory; where none can be mounted the test is skipped.</summary>
sealed class SmallDisk : IDisposable
{
    readonly bool _isMounted;

    /// <param name="megabytes">How much it holds.</param>
    public SmallDisk(int megabytes) =>
        _isMounted = CanMount && Run("mount", "-t", "tmpfs", "-o", FormattableString.Invariant($"size={megabytes}m"), "tmpfs", Path);

    public static bool CanMount => OperatingSystem.IsLinux() && Environment.UserName == "root";

    public string Path { get; } = Directory.CreateTempSubdirectory("hone-disk-").FullName;

    /// <summary>What a test begins with.</summary>
    public void Require() => Assert.SkipUnless(_isMounted, "skipped: only root can mount a small disk");

    public void Dispose()
    {
        if (_isMounted)
            Run("umount", "-l", Path);
        Directory.Delete(Path, recursive: true);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Whether it succeeded.</returns>
    public static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
