using System.Runtime.InteropServices;

namespace Hone.Engine.Checkpoints;

/// <summary>Waits until the names in a folder are on the disk: a file that was made or renamed is found there after the machine stopped, and one that was deleted is not.</summary>
public static partial class DurableFolder
{
    /// <summary>Does nothing on Windows, whose file systems keep names by themselves.</summary>
    /// <exception cref="IOException">The disk reports an error.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        int file = Open(folder, flags: 0);
        if (file < 0)
            throw new IOException($"{folder} cannot be flushed: {Marshal.GetLastPInvokeErrorMessage()}");
        int result = Sync(file);
        int error = Marshal.GetLastPInvokeError();
        _ = Close(file);
        // Some file systems have no such call for folders (EINVAL): then there is nothing to wait for.
        if (result != 0 && error != InvalidArgument)
            throw new IOException($"{folder} cannot be flushed: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    const int InvalidArgument = 22;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);
}
