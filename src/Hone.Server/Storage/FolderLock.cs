using Hone.Engine;

namespace Hone.Server.Storage;

/// <summary>Keeps a second process from working in a folder: the system frees the lock when its process ends, however it ends.</summary>
public sealed class FolderLock : IDisposable
{
    readonly FileStream _file;

    FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock of a folder that exists.</summary>
    public static FolderLock Take(string folder)
    {
        try
        {
            return new FolderLock(new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error)
        {
            throw new HoneException(Text.Of(
                $"Another process is running in {folder}. Wait for it, or stop it first.",
                $"另一个进程正在 {folder} 中运行。请等待它结束，或先停止它。"), error);
        }
    }

    public void Dispose() => _file.Dispose();
}
