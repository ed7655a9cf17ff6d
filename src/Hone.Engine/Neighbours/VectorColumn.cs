using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hone.Engine.Checkpoints;
using Hone.Engine.Kernels;
using Microsoft.Win32.SafeHandles;

namespace Hone.Engine.Neighbours;

/// <summary>Numbers that are written once, in order, and read in place: in memory, or a part of a mapped file.</summary>
/// <remarks>Files are written by calls, not through the mapping: a disk that is full is then an error instead of the end of the process.</remarks>
sealed class VectorColumn<T>
    where T : unmanaged
{
    readonly Memory<T> _values;
    readonly SafeFileHandle? _file;
    readonly long _start;

    /// <summary>In memory, all zero.</summary>
    public VectorColumn(int length)
    {
        _values = AlignedMemory.Allocate<T>(length);
        _values.Span.Clear();
    }

    /// <summary>In a file, from a byte that is aligned to a page.</summary>
    public VectorColumn(MappedFile mapped, SafeFileHandle file, long start, int length)
    {
        _values = mapped.Elements<T>(start, length);
        (_file, _start) = (file, start);
    }

    public ReadOnlySpan<T> Values => _values.Span;

    public void Write(int at, ReadOnlySpan<T> values)
    {
        if (_file is null)
            values.CopyTo(_values.Span[at..]);
        else
            RandomAccess.Write(_file, MemoryMarshal.AsBytes(values), _start + ((long)at * Unsafe.SizeOf<T>()));
    }
}
