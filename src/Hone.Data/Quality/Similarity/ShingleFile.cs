using System.Runtime.InteropServices;

namespace Hone.Data.Quality.Similarity;

/// <summary>Sets of shingles on disk, found by their number. The file has no name any more when it is used: it goes with the process.</summary>
sealed class ShingleFile : IDisposable
{
    const int WrittenAtOnce = 1 << 20;

    readonly FileStream _file = Open();
    readonly Dictionary<int, (long Start, int Count)> _places = [];

    public void Add(int number, ReadOnlySpan<uint> shingles)
    {
        _places.Add(number, (_file.Position, shingles.Length));
        _file.Write(MemoryMarshal.AsBytes(shingles));
    }

    public uint[] Read(int number)
    {
        _file.Flush();
        (long start, int count) = _places[number];
        var shingles = new uint[count];
        Span<byte> bytes = MemoryMarshal.AsBytes(shingles.AsSpan());
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(_file.SafeFileHandle, bytes, start);
            if (read == 0)
                throw new EndOfStreamException(); // Another process cut a file that has no name.
            bytes = bytes[read..];
            start += read;
        }
        return shingles;
    }

    public void Dispose() => _file.Dispose();

    static FileStream Open()
    {
        string path = Path.Combine(Path.GetTempPath(), $"hone-{Path.GetRandomFileName()}");
        FileStream file = new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, WrittenAtOnce);
        File.Delete(path);
        return file;
    }
}
