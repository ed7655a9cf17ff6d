namespace Hone.Data.Quality.Similarity;

/// <summary>A file without a name: it goes with the process, however that ends.</summary>
static class TemporaryFile
{
    const int WrittenAtOnce = 1 << 20;

    public static FileStream Open()
    {
        string path = Path.Combine(Path.GetTempPath(), $"hone-{Path.GetRandomFileName()}");
        FileStream file = new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, WrittenAtOnce);
        File.Delete(path);
        return file;
    }

    /// <summary>Fills the bytes from a place on; they were written before.</summary>
    public static void Read(FileStream file, Span<byte> bytes, long start)
    {
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(file.SafeFileHandle, bytes, start);
            if (read == 0)
                throw new EndOfStreamException(); // Another process cut a file that has no name.
            bytes = bytes[read..];
            start += read;
        }
    }
}
