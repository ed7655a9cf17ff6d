using Hone.Engine;

namespace Hone.Server.Storage;

/// <summary>Keeps a second process from working in a folder: the system frees the lock when its process ends, however it ends.</summary>
public sealed class FolderLock : IDisposable
{
    // What the systems say of a file that another process holds: EWOULDBLOCK, and ERROR_SHARING_VIOLATION.
    const int Linux = 11, MacOS = 35, Windows = unchecked((int)0x80070020);

    readonly FileStream _file;

    FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock of a folder that exists.</summary>
    public static FolderLock Take(string folder)
    {
        try
        {
            return new FolderLock(new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error) when (error.HResult is Linux or MacOS or Windows)
        {
            throw new HoneException(Text.Of(
                $"Another process is running in {folder}. Wait for it, or stop it first.",
                $"另一个进程正在 {folder} 中运行。请等待它结束，或先停止它。"), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Text.Of(
                $"{folder} cannot be locked against other processes: {error.Message} Make sure that its disk has room and that you may write there.",
                $"无法锁定 {folder} 以防其他进程使用：{error.Message} 请确认磁盘有空间且您有写入权限。"), error);
        }
    }

    public void Dispose() => _file.Dispose();
}
