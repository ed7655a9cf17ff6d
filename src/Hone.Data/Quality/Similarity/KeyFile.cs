using System.Runtime.InteropServices;
using Hone.Data.Spools;

namespace Hone.Data.Quality.Similarity;

/// <summary>The keys of many texts on disk, one of each band for every text: nothing of them stays in memory.</summary>
sealed class KeyFile : IDisposable
{
    const int RowsAtOnce = 1 << 12;

    readonly TemporaryFile _file = new();

    public int Rows { get; private set; }

    /// <param name="keys">One of each band.</param>
    public void Add(ReadOnlySpan<uint> keys)
    {
        _file.Write(MemoryMarshal.AsBytes(keys));
        Rows++;
    }

    /// <summary>Fills in the keys of one band, in the order of the texts.</summary>
    /// <param name="entries">One for every text: its key in the upper half, its number in the lower one, so that they can be sorted by both at once.</param>
    public void ReadBand(int band, Span<ulong> entries)
    {
        var block = new uint[RowsAtOnce * MinHash.Bands];
        for (int start = 0; start < Rows; start += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, Rows - start);
            _file.Read(MemoryMarshal.AsBytes(block.AsSpan(0, count * MinHash.Bands)), (long)start * MinHash.Bands * sizeof(uint));
            for (int i = 0; i < count; i++)
                entries[start + i] = ((ulong)block[(i * MinHash.Bands) + band] << 32) | (uint)(start + i);
        }
    }

    public void Dispose() => _file.Dispose();
}
