using Hone.Engine;

namespace Hone.Data.Formats;

/// <summary>Why a file can be neither read nor written, in the language in use: the system's own words are in English alone.</summary>
static class FileProblem
{
    const int UnixDiskFull = 28;
    const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Without a full stop.</summary>
    public static string Of(Exception error) =>
        error switch
        {
            UnauthorizedAccessException => Text.Of("you are not allowed to", "没有权限"),
            FileNotFoundException or DirectoryNotFoundException => Text.Of("there is no such file", "文件不存在"),
            IOException { HResult: UnixDiskFull or WindowsDiskFull } => Text.Of("the disk is full", "磁盘已满"),
            _ => error.Message.TrimEnd('.'),
        };
}
