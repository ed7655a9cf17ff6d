using System.Text;

namespace Hone.Engine.Checkpoints;

/// <summary>Files that appear complete or not at all, also when the machine stops halfway.</summary>
public static class AtomicFile
{
    /// <summary>Writes beside the path, flushes to the disk, then renames over it.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            using PendingFile file = new(path);
            write(file.Stream);
            file.Keep();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Text.Of($"{path} cannot be written: {error.Message}", $"无法写入 {path}：{error.Message}"), error);
        }
    }

    /// <summary>A copy that is on the disk before it appears.</summary>
    public static void Copy(string source, string path)
    {
        using FileStream original = File.OpenRead(source);
        Write(path, original.CopyTo);
    }

    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
