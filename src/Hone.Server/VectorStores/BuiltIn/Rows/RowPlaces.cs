using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hone.Engine.Checkpoints;

namespace Hone.Server.VectorStores.BuiltIn.Rows;

/// <summary>For each row, where its record lies in the log, the hash of its id, and whether it still counts.</summary>
sealed class RowPlaces
{
    const int HeaderLength = 32;
    const ulong Mark = 0x31_65_74_61_74_73_76_68; // "hvstate1"

    public RowPlaces() { }

    public long[] Offsets { get; private set; } = [];

    public ulong[] Hashes { get; private set; } = [];

    /// <summary>A bit for each row that counts.</summary>
    public ulong[] Live { get; private set; } = [];

    public int Count { get; private set; }

    public int LiveCount { get; private set; }

    /// <summary>What was kept in a file; null when there is none that can be used. Then all of it is in the log.</summary>
    /// <param name="covered">The bytes of the log that the file covers.</param>
    public static RowPlaces? Read(string path, out long covered)
    {
        covered = 0;
        if (!File.Exists(path))
            return null;
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < HeaderLength + sizeof(uint) || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Mark
            || Checksum.Of(bytes.AsSpan(0, bytes.Length - sizeof(uint))) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - sizeof(uint))))
            return null;
        int count = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        long length = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(16));
        covered = length;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan(HeaderLength, bytes.Length - HeaderLength - sizeof(uint)));
        RowPlaces places = new() { Count = count, LiveCount = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12)) };
        places.Offsets = MemoryMarshal.Cast<ulong, long>(words[..count]).ToArray();
        places.Hashes = words.Slice(count, count).ToArray();
        places.Live = words[(2 * count)..].ToArray();
        return places;
    }

    /// <param name="covered">The bytes of the log that this follows from.</param>
    public void Write(string path, long covered)
    {
        byte[] bytes = new byte[HeaderLength + (((2L * Count) + Words(Count)) * sizeof(ulong)) + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Count);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), LiveCount);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), covered);
        Span<byte> body = bytes.AsSpan(HeaderLength);
        MemoryMarshal.AsBytes(Offsets.AsSpan(0, Count)).CopyTo(body);
        MemoryMarshal.AsBytes(Hashes.AsSpan(0, Count)).CopyTo(body[(Count * sizeof(ulong))..]);
        MemoryMarshal.AsBytes(Live.AsSpan(0, Words(Count))).CopyTo(body[(2 * Count * sizeof(ulong))..]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - sizeof(uint)), Checksum.Of(bytes.AsSpan(0, bytes.Length - sizeof(uint))));
        AtomicFile.Write(path, file => file.Write(bytes));
    }

    /// <summary>Makes room for rows to come.</summary>
    public void EnsureRoom(int rows)
    {
        if (rows <= Offsets.Length && Words(rows) <= Live.Length)
            return;
        (long[] offsets, ulong[] hashes, ulong[] live) = (Offsets, Hashes, Live);
        Array.Resize(ref offsets, rows);
        Array.Resize(ref hashes, rows);
        Array.Resize(ref live, Words(rows));
        (Offsets, Hashes, Live) = (offsets, hashes, live);
    }

    /// <returns>The row.</returns>
    public int Add(long offset, ulong hash, int replaced)
    {
        int row = Count++;
        (Offsets[row], Hashes[row]) = (offset, hash);
        Live.Set(row);
        LiveCount++;
        if (replaced >= 0)
            Kill(replaced);
        return row;
    }

    public void Kill(int row)
    {
        LiveCount -= Live.Has(row) ? 1 : 0;
        Live.Clear(row);
    }

    static int Words(int rows) => (rows + 63) / 64;
}
