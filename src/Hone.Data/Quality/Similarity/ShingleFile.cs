using System.Runtime.InteropServices;
using Hone.Data.Spools;

namespace Hone.Data.Quality.Similarity;

/// <summary>Sets of shingles on disk, found by their number; 12 bytes of each stay in memory.</summary>
sealed class ShingleFile : IDisposable
{
    readonly TemporaryFile _file = new();
    readonly Column<int> _numbers = new();
    readonly Column<long> _ends = new();

    /// <param name="number">Higher than all before.</param>
    public void Add(int number, ReadOnlySpan<uint> shingles)
    {
        _file.Write(MemoryMarshal.AsBytes(shingles));
        _numbers.Add(number);
        _ends.Add(_file.Length);
    }

    public uint[] Read(int number)
    {
        int place = PlaceOf(number);
        long start = place == 0 ? 0 : _ends[place - 1];
        var shingles = new uint[(_ends[place] - start) / sizeof(uint)];
        _file.Read(MemoryMarshal.AsBytes(shingles.AsSpan()), start);
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
}
