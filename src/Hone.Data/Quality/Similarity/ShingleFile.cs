using System.Runtime.InteropServices;
using Hone.Data.Spools;

namespace Hone.Data.Quality.Similarity;

/// <summary>Sets of shingles on disk, found by their number; 4 bytes of each stay in memory.</summary>
sealed class ShingleFile : IDisposable
{
    readonly RecordFile _sets = new();
    readonly Column<int> _numbers = new();

    /// <param name="number">Higher than all before.</param>
    public void Add(int number, ReadOnlySpan<uint> shingles)
    {
        _sets.Add(MemoryMarshal.AsBytes(shingles));
        _numbers.Add(number);
    }

    public uint[] Read(int number) => _sets.Read<uint>(PlaceOf(number));

    public void Dispose() => _sets.Dispose();

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
