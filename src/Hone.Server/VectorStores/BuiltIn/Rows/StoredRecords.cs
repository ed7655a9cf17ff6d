using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.BuiltIn.Rows;

/// <summary>Reads the records of rows: ids and metadata from the log, vectors from the segments.</summary>
sealed class StoredRecords(FrameLog log, RowPlaces places, RowSegments segments)
{
    /// <summary>Bytes of a record that are read at once: few records have more.</summary>
    const int Usual = 512;

    public string Id(int row) => Parsed(row, RecordBytes.ReadId);

    public VectorRecord Record(int row)
    {
        (string id, Dictionary<string, MetadataValue> metadata) = Parsed(row, RecordBytes.Read);
        return new VectorRecord(id, segments.Vector(row).ToArray(), metadata);
    }

    public VectorMatch Match(int row, double score)
    {
        (string id, Dictionary<string, MetadataValue> metadata) = Parsed(row, RecordBytes.Read);
        return new VectorMatch(id, score, metadata);
    }

    /// <summary>One value of the metadata; null when there is none of that name, or the row is no record any more.</summary>
    /// <param name="name">In UTF-8.</param>
    public MetadataValue? Value(int row, byte[] name) => places.Live.Has(row) ? Parsed(row, bytes => RecordBytes.Find(bytes, name)) : null;

    /// <summary>What the bytes of a row's record say.</summary>
    /// <exception cref="Engine.HoneException">They are damaged.</exception>
    T Parsed<T>(int row, Func<ReadOnlySpan<byte>, T> parse)
    {
        long at = places.Offsets[row];
        try
        {
            byte[] bytes = Bytes(at, Usual);
            ReadOnlySpan<byte> read = bytes;
            RecordBytes.ReadLength(ref read);
            int length = RecordBytes.ReadLength(ref read);
            return parse(length <= read.Length ? read[..length] : Bytes(at + bytes.Length - read.Length, length));
        }
        catch (InvalidDataException)
        {
            throw log.Damaged(at);
        }
    }

    /// <summary>Bytes of the log, fewer where it ends before.</summary>
    byte[] Bytes(long at, int count)
    {
        byte[] bytes = new byte[(int)Math.Clamp(log.Length - at, 0, count)];
        log.Fill(bytes, at);
        return bytes;
    }
}
