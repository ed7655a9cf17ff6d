using System.Buffers.Binary;
using Hone.Engine;
using Hone.Engine.Checkpoints;
using Microsoft.Win32.SafeHandles;

namespace Hone.Server.VectorStores.BuiltIn.Rows;

/// <summary>A file of frames that only grows: each is there as a whole, or, as the last one of a process that was killed, cut off when the file is opened next.</summary>
/// <remarks>A frame is its length, its checksum, a checksum of these two, and its bytes.</remarks>
sealed class FrameLog : IDisposable
{
    public const int HeaderLength = 12;

    readonly string _path;
    readonly SafeFileHandle _file;
    bool _hasRest;

    public FrameLog(string path)
    {
        _path = path;
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        Length = RandomAccess.GetLength(_file);
    }

    /// <summary>Bytes of the frames that are whole.</summary>
    public long Length { get; private set; }

    /// <summary>Appends a frame, whose bytes then begin at the length that there was and <see cref="HeaderLength"/> more.</summary>
    public void Append(ReadOnlySpan<byte> frame)
    {
        byte[] bytes = new byte[HeaderLength + frame.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Checksum.Of(frame));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Checksum.Of(bytes.AsSpan(0, 8)));
        frame.CopyTo(bytes.AsSpan(HeaderLength));
        if (_hasRest)
            Cut(Length);
        try
        {
            RandomAccess.Write(_file, bytes, Length);
        }
        catch (IOException)
        {
            // What is left of it must not stand behind the next frame.
            _hasRest = true;
            throw;
        }

        Length += bytes.Length;
    }

    /// <summary>The frames from an offset on, with the place where their bytes begin. What a kill left of one that was not acknowledged is cut off.</summary>
    /// <exception cref="HoneException">A frame is damaged that others follow.</exception>
    public IEnumerable<(long Start, byte[] Bytes)> Read(long offset)
    {
        byte[] header = new byte[HeaderLength];
        while (offset < Length)
        {
            bool hasHeader = Length - offset >= HeaderLength && Fill(header, offset) && Checksum.Of(header.AsSpan(0, 8)) == BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(8));
            int length = hasHeader ? BinaryPrimitives.ReadInt32LittleEndian(header) : 0;
            long end = offset + HeaderLength + length;
            if (!hasHeader && Length - offset >= HeaderLength && !IsEmpty(offset))
                throw Damaged(offset);
            if (!hasHeader || end > Length)
            {
                Cut(offset);
                yield break;
            }

            byte[] bytes = new byte[length];
            if (!Fill(bytes, offset + HeaderLength) || Checksum.Of(bytes) != BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4)))
            {
                if (end < Length)
                    throw Damaged(offset);
                Cut(offset);
                yield break;
            }

            yield return (offset + HeaderLength, bytes);
            offset = end;
        }
    }

    /// <summary>Fills a buffer from an offset; false when the file ends before.</summary>
    public bool Fill(Span<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(_file, bytes, offset);
            if (read == 0)
                return false;
            bytes = bytes[read..];
            offset += read;
        }

        return true;
    }

    /// <summary>Takes back everything from an offset on.</summary>
    public void Cut(long offset)
    {
        Length = offset;
        _hasRest = true;
        RandomAccess.SetLength(_file, offset);
        _hasRest = false;
    }

    public void Flush() => RandomAccess.FlushToDisk(_file);

    public void Dispose() => _file.Dispose();

    public HoneException Damaged(long offset) =>
        new(Text.Of(
            $"{_path} is damaged at byte {offset}. Restore its folder from a copy, or delete the collection and fill it again.",
            $"{_path} 在第 {offset} 字节处已损坏。请从副本恢复其文件夹，或删除该集合后重新写入。"));

    /// <summary>A machine that stopped may leave a file with its new length and without its new content.</summary>
    bool IsEmpty(long offset)
    {
        byte[] bytes = new byte[1 << 16];
        for (; offset < Length; offset += bytes.Length)
        {
            Span<byte> part = bytes.AsSpan(0, (int)Math.Min(bytes.Length, Length - offset));
            if (!Fill(part, offset) || part.ContainsAnyExcept((byte)0))
                return false;
        }

        return true;
    }
}
