using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hone.Data.Spools;

/// <summary>Records of any length on disk, numbered as they come: read from the first to the last, or one by its number. Nothing of them stays in memory.</summary>
sealed class RecordFile : IDisposable
{
    const int BytesAtOnce = 1 << 16;

    readonly TemporaryFile _records = new();
    readonly NumberFile<long> _ends = new();

    public int Count => _ends.Count;

    public void Add(ReadOnlySpan<byte> record)
    {
        _records.Write(record);
        _ends.Add(_records.Length);
    }

    /// <summary>A record as the numbers that it was made of.</summary>
    public T[] Read<T>(int index)
        where T : unmanaged
    {
        long start = index == 0 ? 0 : _ends[index - 1];
        var numbers = new T[(_ends[index] - start) / Unsafe.SizeOf<T>()];
        _records.Read(MemoryMarshal.AsBytes(numbers.AsSpan()), start);
        return numbers;
    }

    /// <summary>All records in order, each as long as the next one was not asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> InOrder()
    {
        byte[] block = new byte[BytesAtOnce];
        (long start, int filled, long at) = (0, 0, 0); // where the block begins in the file, what it holds, and where the next record begins in the file
        foreach (long end in _ends.InOrder())
        {
            int length = (int)(end - at);
            if (end > start + filled)
            {
                if (block.Length < length)
                    block = new byte[length];
                (start, filled) = (at, (int)Math.Min(block.Length, _records.Length - at));
                _records.Read(block.AsSpan(0, filled), start);
            }
            yield return block.AsMemory((int)(at - start), length);
            at = end;
        }
    }

    public void Dispose()
    {
        _records.Dispose();
        _ends.Dispose();
    }
}
