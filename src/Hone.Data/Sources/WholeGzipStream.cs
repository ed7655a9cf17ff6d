using System.IO.Compression;

namespace Hone.Data.Sources;

/// <summary>
/// What gzip packed, with an error where the file was cut off: <see cref="GZipStream"/> alone takes that for the end. A last member with a known text
/// is added behind the file; it comes out at the end only if everything before it was whole.
/// </summary>
sealed class WholeGzipStream(Stream packed) : ReadOnlyStream
{
    static readonly byte[] Seal = [.. Enumerable.Range(0, 24).Select(i => (byte)((i * 37) ^ 0xa5))];

    readonly GZipStream _unpacked = new(new Followed(packed, Pack(Seal)), CompressionMode.Decompress);
    // What may be the seal is held back until more follows it.
    readonly byte[] _held = new byte[1 << 16];
    int _start;
    int _end;
    bool _isDone;

    public override int Read(Span<byte> buffer)
    {
        while (!_isDone && _end - _start <= Seal.Length)
            Fill();
        int count = Math.Min(buffer.Length, _end - _start - (_isDone ? 0 : Seal.Length));
        _held.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    void Fill()
    {
        _held.AsSpan(_start, _end - _start).CopyTo(_held);
        (_start, _end) = (0, _end - _start);
        int read = _unpacked.Read(_held.AsSpan(_end));
        _end += read;
        if (read > 0)
            return;

        if (!_held.AsSpan(0, _end).EndsWith(Seal))
            throw new InvalidDataException("The compressed data ends too early.");
        _end -= Seal.Length;
        _isDone = true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _unpacked.Dispose();
        base.Dispose(disposing);
    }

    static byte[] Pack(byte[] text)
    {
        using MemoryStream bytes = new();
        using (GZipStream gzip = new(bytes, CompressionMode.Compress))
            gzip.Write(text);
        return bytes.ToArray();
    }

    /// <summary>A stream and bytes after it.</summary>
    sealed class Followed(Stream first, byte[] after) : ReadOnlyStream
    {
        int _given;

        public override int Read(Span<byte> buffer)
        {
            int read = first.Read(buffer);
            if (read > 0 || buffer.IsEmpty)
                return read;
            int count = Math.Min(buffer.Length, after.Length - _given);
            after.AsSpan(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                first.Dispose();
            base.Dispose(disposing);
        }
    }
}
