using Hone.Data.Formats;

namespace Hone.Data.Sources;

/// <summary>The bytes of a file, unpacked where it is compressed by gzip, as often as they are asked for.</summary>
sealed class SourceBytes
{
    public SourceBytes(string path)
    {
        Path = path;
        using FileStream file = RereadFile.Open(path);
        IsCompressed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
    }

    public string Path { get; }

    public bool IsCompressed { get; }

    /// <summary>In lower case with its point, that of the file inside for a compressed one; empty where there is none.</summary>
    public string Extension
    {
        get
        {
            string name = Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Path[..^3] : Path;
            return System.IO.Path.GetExtension(name).ToLowerInvariant();
        }
    }

    public Stream Open()
    {
        FileStream file = RereadFile.Open(Path);
        return IsCompressed ? new WholeGzipStream(file) : file;
    }

    /// <summary>Up to <paramref name="count"/> bytes from the start.</summary>
    public byte[] Head(int count)
    {
        using Stream stream = Open();
        byte[] head = new byte[count];
        return head[..stream.ReadAtLeast(head, count, throwOnEndOfStream: false)];
    }
}
