using Hone.Data.Formats;
using Hone.Engine;
using Microsoft.Win32.SafeHandles;

namespace Hone.Data.Spools;

/// <summary>A file without a name: it goes with the process, however that ends. Written from its start to its end, and read at any place.</summary>
sealed class TemporaryFile : IDisposable
{
    const int WrittenAtOnce = 1 << 16;

    readonly SafeFileHandle _file = Open();
    readonly byte[] _waiting = new byte[WrittenAtOnce];
    int _waitingBytes;
    long _writtenBytes;

    public long Length => _writtenBytes + _waitingBytes;

    /// <exception cref="HoneException">The disk does not take it.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > WrittenAtOnce - _waitingBytes)
            Flush();
        if (bytes.Length > WrittenAtOnce)
        {
            WriteNow(bytes);
            return;
        }
        bytes.CopyTo(_waiting.AsSpan(_waitingBytes));
        _waitingBytes += bytes.Length;
    }

    /// <summary>Fills the bytes from a place on; they were written before.</summary>
    /// <exception cref="HoneException">The disk does not take what waits to be written.</exception>
    public void Read(Span<byte> bytes, long start)
    {
        if (start + bytes.Length > _writtenBytes)
            Flush();
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(_file, bytes, start);
            if (read == 0)
                throw new EndOfStreamException(); // Another process cut a file that has no name.
            bytes = bytes[read..];
            start += read;
        }
    }

    public void Dispose() => _file.Dispose();

    void Flush()
    {
        WriteNow(_waiting.AsSpan(0, _waitingBytes));
        _waitingBytes = 0;
    }

    void WriteNow(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_file, bytes, _writtenBytes);
        }
        catch (IOException error)
        {
            throw NotWritten(error);
        }
        _writtenBytes += bytes.Length;
    }

    static SafeFileHandle Open()
    {
        string path = Path.Combine(Path.GetTempPath(), $"hone-{Path.GetRandomFileName()}");
        try
        {
            SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            File.Delete(path);
            return file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(error);
        }
    }

    static HoneException NotWritten(Exception error)
    {
        string variable = OperatingSystem.IsWindows() ? "TMP" : "TMPDIR";
        return new HoneException(Text.Of(
            $"Temporary files cannot be written to {Path.GetTempPath()}: {FileProblem.Of(error)}. Make room there, or name another folder in the environment variable {variable}.",
            $"无法在 {Path.GetTempPath()} 写入临时文件：{FileProblem.Of(error)}。请腾出空间，或用环境变量 {variable} 指定其他文件夹。"), error);
    }
}
