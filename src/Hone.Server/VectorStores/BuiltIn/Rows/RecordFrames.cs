using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.BuiltIn.Rows;

/// <summary>The frames of a collection's log: records that are put in, or rows that are records no more.</summary>
/// <remarks>
/// Of records: <c>1</c>, their first row, how many there are, the checksum of their vectors, and each record: the row that it replaces and one more, its length, its bytes (<see cref="RecordBytes"/>).
/// Of rows: <c>2</c>, their numbers. Numbers have four bytes, the smallest first; those of a record are LEB128.
/// </remarks>
static class RecordFrames
{
    const byte IsUpsert = 1, IsDelete = 2;
    const int HeaderLength = 13;

    /// <summary>Records or rows of a frame at most.</summary>
    public const int MostRecords = 4096;

    /// <summary>A frame of records.</summary>
    /// <param name="sum">The checksum of their vectors.</param>
    /// <param name="start">Where its bytes will begin in the log.</param>
    /// <param name="rowOf">The row of the record of an id; negative where there is none.</param>
    /// <param name="change">Gets the rows to come.</param>
    public static ReadOnlyMemory<byte> Of(ReadOnlySpan<VectorRecord> records, int row, uint sum, long start, Func<string, int> rowOf, RowChange change)
    {
        MemoryStream frame = new();
        Span<byte> header = stackalloc byte[HeaderLength];
        header[0] = IsUpsert;
        BinaryPrimitives.WriteInt32LittleEndian(header[1..], row);
        BinaryPrimitives.WriteInt32LittleEndian(header[5..], records.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[9..], sum);
        frame.Write(header);
        using MemoryStream bytes = new();
        foreach (VectorRecord record in records)
        {
            int replaced = rowOf(record.Id);
            change.Added.Add(new RowChange.Row(start + frame.Length, IdTable.HashOf(record.Id), replaced, record.Metadata));
            bytes.SetLength(0);
            RecordBytes.Write(bytes, record);
            RecordBytes.WriteLength(frame, replaced + 1);
            RecordBytes.WriteLength(frame, (int)bytes.Length);
            frame.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }

        return frame.GetBuffer().AsMemory(0, (int)frame.Length);
    }

    /// <summary>A frame of rows that are records no more.</summary>
    public static ReadOnlyMemory<byte> OfDeleted(ReadOnlySpan<int> rows) => (byte[])[IsDelete, .. MemoryMarshal.AsBytes(rows)];

    /// <summary>The rows of a frame that are records no more; empty for a frame of records.</summary>
    public static ReadOnlySpan<int> Deleted(ReadOnlySpan<byte> frame) => frame[0] == IsDelete ? MemoryMarshal.Cast<byte, int>(frame[1..]) : [];

    /// <summary>The first row of a frame of records, how many there are, and the checksum of their vectors; null for another frame.</summary>
    public static (int Row, int Count, uint Sum)? Added(ReadOnlySpan<byte> frame) =>
        frame[0] == IsUpsert
            ? (BinaryPrimitives.ReadInt32LittleEndian(frame[1..]), BinaryPrimitives.ReadInt32LittleEndian(frame[5..]), BinaryPrimitives.ReadUInt32LittleEndian(frame[9..]))
            : null;

    /// <summary>Of each record of a frame where it lies in it, the hash of its id, and the row that it replaces; negative where it replaces none.</summary>
    public static IEnumerable<(int Place, ulong Hash, int Replaced)> Records(byte[] frame)
    {
        for (int place = HeaderLength, next; place < frame.Length; place = next)
        {
            ReadOnlySpan<byte> left = frame.AsSpan(place);
            int replaced = RecordBytes.ReadLength(ref left) - 1, length = RecordBytes.ReadLength(ref left);
            next = frame.Length - left.Length + length;
            yield return (place, IdTable.HashOf(RecordBytes.ReadId(left)), replaced);
        }
    }
}
