using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hone.Engine.Checkpoints;

/// <summary>A read-only memory-mapped file. It stays mapped until it is disposed, because spans of it do not keep it alive.</summary>
sealed class MappedFile : IDisposable
{
    readonly MemoryMappedFile _file;
    readonly MemoryMappedViewAccessor _view;
    readonly SafeMemoryMappedViewHandle _handle;
    readonly nint _start;
    bool _isDisposed;

    /// <param name="share">What others may do with the file meanwhile.</param>
    public MappedFile(string path, FileShare share = FileShare.Read | FileShare.Delete)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, share);
        Length = stream.Length;
        if (Length == 0)
            throw new HoneException(Text.Of($"{path} is empty. Download it again.", $"{path} 为空。请重新下载。"));
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        _handle = _view.SafeMemoryMappedViewHandle;
        bool isHeld = false;
        _handle.DangerousAddRef(ref isHeld);
        _start = _handle.DangerousGetHandle() + (nint)_view.PointerOffset;
    }

    public long Length { get; }

    /// <summary>Bytes of the file, at most two gigabytes at once.</summary>
    public Memory<byte> Bytes(long offset, int count) => Elements<byte>(offset, count);

    /// <summary>Elements in place when their address is aligned for them, else a copy.</summary>
    public Memory<T> Elements<T>(long offset, int count)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        int size = Unsafe.SizeOf<T>();
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, (Length - offset) / size);
        if ((_start + offset) % size == 0)
            return new Window<T>(this, offset, count).Memory;

        T[] copy = GC.AllocateUninitializedArray<T>(count);
        Span<byte> bytes = MemoryMarshal.AsBytes(copy.AsSpan());
        Span(offset, bytes.Length).CopyTo(bytes);
        return copy;
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _handle.DangerousRelease();
        _view.Dispose();
        _file.Dispose();
    }

    unsafe Span<byte> Span(long offset, int count) => new((byte*)_start + offset, count);

    /// <summary>A part of the file as memory; its bounds were checked by <see cref="Elements"/>.</summary>
    sealed class Window<T>(MappedFile file, long offset, int count) : MemoryManager<T>
        where T : unmanaged
    {
        public override unsafe Span<T> GetSpan()
        {
            ObjectDisposedException.ThrowIf(file._isDisposed, file);
            return new Span<T>((byte*)file._start + offset, count);
        }

        public override unsafe MemoryHandle Pin(int elementIndex = 0)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)count);
            ObjectDisposedException.ThrowIf(file._isDisposed, file);
            return new MemoryHandle((T*)((byte*)file._start + offset) + elementIndex, default, this);
        }

        public override void Unpin() { }

        protected override void Dispose(bool disposing) { }
    }
}
