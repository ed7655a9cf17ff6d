using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hone.Data.Spools;

/// <summary>A number, or several together, for each row of a large file, on disk: what is read seldom takes no memory.</summary>
sealed class NumberFile<T> : IDisposable
    where T : unmanaged
{
    const int BytesAtOnce = 1 << 16;

    static readonly int Bytes = Unsafe.SizeOf<T>();

    readonly TemporaryFile _file = new();

    public int Count { get; private set; }

    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            T value = default;
            _file.Read(MemoryMarshal.AsBytes(new Span<T>(ref value)), (long)index * Bytes);
            return value;
        }
    }

    public void Add(T value)
    {
        _file.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
        Count++;
    }

    public IEnumerable<T> InOrder()
    {
        var block = new T[BytesAtOnce / Bytes];
        for (int start = 0; start < Count; start += block.Length)
        {
            int count = Math.Min(block.Length, Count - start);
            _file.Read(MemoryMarshal.AsBytes(block.AsSpan(0, count)), (long)start * Bytes);
            for (int i = 0; i < count; i++)
                yield return block[i];
        }
    }

    public void Dispose() => _file.Dispose();
}
