using System.Runtime.InteropServices;
using Hone.Data.Spools;

namespace Hone.Data.Quality.Similarity;

/// <summary>The keys of many texts on disk, one of each band for every text: nothing of them stays in memory.</summary>
sealed class KeyFile : IDisposable
{
    const int RowsAtOnce = 1 << 12;

    readonly TemporaryFile _file = new();
    int _rows;

    /// <param name="keys">One of each band.</param>
    public void Add(ReadOnlySpan<uint> keys)
    {
        _file.Write(MemoryMarshal.AsBytes(keys));
        _rows++;
    }

    /// <summary>The keys of one band, in the order of the texts.</summary>
    public uint[] Band(int band)
    {
        var keys = new uint[_rows];
        var block = new uint[RowsAtOnce * MinHash.Bands];
        for (int start = 0; start < _rows; start += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, _rows - start);
            _file.Read(MemoryMarshal.AsBytes(block.AsSpan(0, count * MinHash.Bands)), (long)start * MinHash.Bands * sizeof(uint));
            for (int i = 0; i < count; i++)
                keys[start + i] = block[(i * MinHash.Bands) + band];
        }
        return keys;
    }

    public void Dispose() => _file.Dispose();
}
