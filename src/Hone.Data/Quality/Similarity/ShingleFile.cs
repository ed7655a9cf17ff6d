using System.Runtime.InteropServices;

namespace Hone.Data.Quality.Similarity;

/// <summary>Sets of shingles on disk, found by their number; 12 bytes of each stay in memory. The file has no name any more when it is used: it goes with the process.</summary>
sealed class ShingleFile : IDisposable
{
    const int WrittenAtOnce = 1 << 20;

    readonly FileStream _file = Open();
    readonly Column<int> _numbers = new();
    readonly Column<long> _ends = new();

    /// <param name="number">Higher than all before.</param>
    public void Add(int number, ReadOnlySpan<uint> shingles)
    {
        _file.Write(MemoryMarshal.AsBytes(shingles));
        _numbers.Add(number);
        _ends.Add(_file.Position);
    }

    public uint[] Read(int number)
    {
        _file.Flush();
        int place = PlaceOf(number);
        long start = place == 0 ? 0 : _ends[place - 1];
        var shingles = new uint[(_ends[place] - start) / sizeof(uint)];
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

    int PlaceOf(int number)
    {
        (int low, int high) = (0, _numbers.Count - 1);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _numbers[middle] < number ? (middle + 1, high) : (low, middle);
        }
        return _numbers[low] == number ? low : throw new KeyNotFoundException();
    }

    static FileStream Open()
    {
        string path = Path.Combine(Path.GetTempPath(), $"hone-{Path.GetRandomFileName()}");
        FileStream file = new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, WrittenAtOnce);
        File.Delete(path);
        return file;
    }
}
