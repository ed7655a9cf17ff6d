using Hone.Engine;

namespace Hone.Data.Formats;

/// <summary>Opens files that are read more than once from their beginning: first to see what they are, then for their content.</summary>
public static class RereadFile
{
    /// <exception cref="PipeException">What has this name can be read only once, such as the output of another program.</exception>
    public static FileStream Open(string path, int bufferSize = 4096)
    {
        FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize, FileOptions.SequentialScan);
        if (file.CanSeek)
            return file;
        file.Dispose();
        throw new PipeException(Text.Of(
            $"{path} is a pipe, which can be read only once, and a data set is read several times. Save it as a file first, and name that.",
            $"{path} 是管道，只能读取一次，而数据集需要多次读取。请先保存为文件，再指定该文件。"));
    }
}

/// <summary>A data set comes through a pipe.</summary>
public sealed class PipeException(string message) : HoneException(message)
{
    public PipeException()
        : this("") { }
}
