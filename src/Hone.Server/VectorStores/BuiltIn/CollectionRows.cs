using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Hone.Engine;
using Hone.Engine.Neighbours;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.BuiltIn;

/// <summary>The rows of a collection in a folder: vectors in segments, ids and metadata in a log whose frames say what counts.</summary>
/// <remarks>
/// A change is acknowledged once its frame is in the log; vectors are written before, with a checksum in the frame. <c>state</c> is what follows from the log up to some frame, so that opening need not read it all.
/// Not for several threads at once, but for readers.
/// </remarks>
sealed class CollectionRows : IDisposable
{
    const byte IsUpsert = 1, IsDelete = 2;
    const int FirstSegment = 1024, LargestSegment = 65_536, LargestSegmentFloats = 1 << 27;

    /// <summary>Records of a frame.</summary>
    const int RecordsPerFrame = 4096;

    /// <summary>Rows after which the state is written again, so that little is read after a kill.</summary>
    const int RowsPerState = 131_072;

    readonly VectorCollection _collection;
    readonly string _folder;
    readonly FrameLog _log;
    readonly List<(int First, VectorSegment Segment)> _segments = [];
    readonly Dictionary<string, FilterColumn> _columns = new(StringComparer.Ordinal);
    readonly Lock _columnsLock = new();
    readonly Lazy<IdTable> _ids;
    RowPlaces _places;
    int _rowsInState;
    long _lengthInState;

    public CollectionRows(VectorCollection collection, string folder)
    {
        (_collection, _folder) = (collection, folder);
        _ids = new Lazy<IdTable>(MakeIds);
        try
        {
            Directory.CreateDirectory(folder);
            _log = new FrameLog(Path.Combine(folder, "records.log"));
            try
            {
                _places = RowPlaces.Read(StatePath, _log.Length, out _lengthInState) ?? new RowPlaces();
                _rowsInState = _places.Count;
                while (Room < _places.Count)
                    AddSegment();
                Replay();
            }
            catch
            {
                Dispose();
                throw;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Text.Of($"{folder} cannot be opened: {error.Message}", $"无法打开 {folder}：{error.Message}"), error);
        }
    }

    /// <summary>Rows, those that were replaced or deleted included.</summary>
    public int Count => _places.Count;

    /// <summary>Records that there are.</summary>
    public int LiveCount => _places.LiveCount;

    /// <summary>A bit for each row that is a record.</summary>
    public ulong[] Live => _places.Live;

    public IReadOnlyList<VectorSegment> Segments => [.. _segments.Select(segment => segment.Segment)];

    string StatePath => Path.Combine(_folder, "state");

    int Room => _segments.Count == 0 ? 0 : _segments[^1].First + _segments[^1].Segment.Capacity;

    /// <summary>Puts in records that were checked, no two of them with one id.</summary>
    public void Upsert(IReadOnlyList<VectorRecord> records)
    {
        for (int first = 0; first < records.Count;)
        {
            if (Room == Count)
                AddSegment();
            int count = Math.Min(Math.Min(RecordsPerFrame, records.Count - first), Room - Count);
            UpsertPart(records, first, count);
            first += count;
        }

        KeepStateNowAndThen();
    }

    /// <returns>How many records there were.</returns>
    public int Delete(IReadOnlyList<string> ids)
    {
        int[] rows = [.. ids.Distinct(StringComparer.Ordinal).Select(RowOf).Where(row => row >= 0)];
        foreach (int[] part in rows.Chunk(RecordsPerFrame))
        {
            using MemoryStream frame = new();
            frame.WriteByte(IsDelete);
            frame.Write(MemoryMarshal.AsBytes(part.AsSpan()));
            _log.Append(frame.GetBuffer().AsSpan(0, (int)frame.Length));
            foreach (int row in part)
                _places.Kill(row);
        }

        return rows.Length;
    }

    /// <summary>The row of a record; -1 when there is none of that id.</summary>
    public int RowOf(string id)
    {
        foreach (int row in _ids.Value.Find(IdTable.HashOf(id)))
        {
            if (Live.Has(row) && IdOf(row) == id)
                return row;
        }

        return -1;
    }

    public VectorRecord Record(int row)
    {
        (string id, Dictionary<string, MetadataValue> metadata) = RecordBytes.Read(BytesOf(row));
        return new VectorRecord(id, Vector(row).ToArray(), metadata);
    }

    public VectorMatch Match(int row, double score)
    {
        (string id, Dictionary<string, MetadataValue> metadata) = RecordBytes.Read(BytesOf(row));
        return new VectorMatch(id, score, metadata);
    }

    public ReadOnlySpan<float> Vector(int row)
    {
        int i = _segments.Count - 1;
        while (_segments[i].First > row)
            i--;
        return _segments[i].Segment.Row(row - _segments[i].First);
    }

    /// <summary>A bit for each record of which a filter is true.</summary>
    public ulong[] Where(VectorFilter filter)
    {
        ulong[] bits = Decide(filter);
        for (int i = 0; i < bits.Length; i++)
            bits[i] &= Live[i];
        return bits;
    }

    /// <summary>Waits until everything that was put in or deleted is on the disk.</summary>
    public void Flush()
    {
        foreach ((int first, VectorSegment segment) in _segments)
        {
            if (first + segment.Capacity > _rowsInState)
                segment.FlushVectors();
        }

        _log.Flush();
    }

    /// <summary>Keeps what follows from the log, so that opening is quick.</summary>
    public void KeepState()
    {
        if (_log.Length == _lengthInState)
            return;
        foreach ((int first, VectorSegment segment) in _segments)
        {
            if (first + segment.Capacity > _rowsInState)
                segment.Flush();
        }

        _log.Flush();
        _places.Write(StatePath, _log.Length);
        (_rowsInState, _lengthInState) = (Count, _log.Length);
    }

    public void Dispose()
    {
        foreach ((_, VectorSegment segment) in _segments)
            segment.Dispose();
        _log.Dispose();
    }

    void KeepStateNowAndThen()
    {
        if (Count - _rowsInState >= Math.Max(RowsPerState, _rowsInState / 4))
            KeepState();
    }

    void UpsertPart(IReadOnlyList<VectorRecord> records, int first, int count)
    {
        int row = Count, dimensions = _collection.Dimensions;
        float[] vectors = GC.AllocateUninitializedArray<float>(count * dimensions);
        for (int i = 0; i < count; i++)
            records[first + i].Vector.CopyTo(vectors.AsSpan(i * dimensions));
        (int start, VectorSegment segment) = _segments[^1];
        segment.Write(row - start, vectors, Ranking(vectors));

        using MemoryStream frame = new();
        using (BinaryWriter header = new(frame, Encoding.UTF8, leaveOpen: true))
        {
            header.Write(IsUpsert);
            header.Write(row);
            header.Write(count);
            header.Write(Checksum.Of(MemoryMarshal.AsBytes(vectors.AsSpan())));
        }

        var added = new (int Place, ulong Hash, int Replaced)[count];
        using MemoryStream bytes = new();
        for (int i = 0; i < count; i++)
        {
            VectorRecord record = records[first + i];
            added[i] = ((int)frame.Length, IdTable.HashOf(record.Id), RowOf(record.Id));
            bytes.SetLength(0);
            RecordBytes.Write(bytes, record);
            RecordBytes.WriteLength(frame, added[i].Replaced + 1);
            RecordBytes.WriteLength(frame, (int)bytes.Length);
            frame.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }

        long at = _log.Append(frame.GetBuffer().AsSpan(0, (int)frame.Length));
        for (int i = 0; i < count; i++)
        {
            int next = _places.Add(at + added[i].Place, added[i].Hash, added[i].Replaced);
            _ids.Value.Add(added[i].Hash, next, added[i].Replaced);
            foreach ((string key, FilterColumn column) in _columns)
                column.Add(records[first + i].Metadata.TryGetValue(key, out MetadataValue value) ? value : default(MetadataValue?));
        }
    }

    /// <summary>What the metric makes of vectors; see <see cref="VectorSegment"/>.</summary>
    (float Gain, float Bias)[] Ranking(ReadOnlySpan<float> vectors)
    {
        var ranking = new (float Gain, float Bias)[vectors.Length / _collection.Dimensions];
        for (int i = 0; i < ranking.Length; i++)
        {
            ranking[i] = (1, 0);
            if (_collection.Metric == VectorMetric.DotProduct)
                continue;
            double squares = VectorScores.Dot(vectors.Slice(i * _collection.Dimensions, _collection.Dimensions), vectors.Slice(i * _collection.Dimensions, _collection.Dimensions));
            ranking[i] = _collection.Metric == VectorMetric.Cosine ? ((float)(1 / Math.Sqrt(squares)), 0) : (1, (float)(-squares / 2));
        }

        return ranking;
    }

    /// <summary>Does again what the log has beyond the state.</summary>
    void Replay()
    {
        foreach ((long start, byte[] bytes) in _log.Read(_lengthInState))
        {
            if (bytes[0] == IsDelete)
            {
                foreach (int row in MemoryMarshal.Cast<byte, int>(bytes.AsSpan(1)))
                    _places.Kill(row);
            }
            else if (!ReplayUpsert(start, bytes))
                return;
        }
    }

    bool ReplayUpsert(long start, byte[] bytes)
    {
        ReadOnlySpan<byte> frame = bytes;
        int row = BinaryPrimitives.ReadInt32LittleEndian(frame[1..]), count = BinaryPrimitives.ReadInt32LittleEndian(frame[5..]);
        if (row != Count)
            throw _log.Damaged(start);
        if (Room < row + count)
            AddSegment();
        (int first, VectorSegment segment) = _segments[^1];
        ReadOnlySpan<float> vectors = segment.Rows(row - first, count);
        if (Checksum.Of(MemoryMarshal.AsBytes(vectors)) != BinaryPrimitives.ReadUInt32LittleEndian(frame[9..]))
        {
            // The machine stopped before the vectors were on the disk: nobody was told that they are.
            if (start + bytes.Length < _log.Length)
                throw _log.Damaged(start);
            _log.Cut(start - FrameLog.HeaderLength);
            return false;
        }

        segment.WriteCodes(row - first, vectors, Ranking(vectors));
        frame = frame[13..];
        for (int i = 0; i < count; i++)
        {
            int place = bytes.Length - frame.Length;
            int replaced = RecordBytes.ReadLength(ref frame) - 1, length = RecordBytes.ReadLength(ref frame);
            _places.Add(start + place, IdTable.HashOf(RecordBytes.ReadId(frame)), replaced);
            frame = frame[length..];
        }

        return true;
    }

    IdTable MakeIds()
    {
        IdTable ids = new(row => _places.Hashes[row], Count);
        foreach (int row in Live.Rows())
            ids.Add(_places.Hashes[row], row, replaced: -1);
        return ids;
    }

    void AddSegment()
    {
        int most = (int)Math.Max(64, Math.Min(LargestSegment, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(LargestSegmentFloats / _collection.Dimensions)) / 2));
        int capacity = Math.Min(_segments.Count == 0 ? FirstSegment : 2 * _segments[^1].Segment.Capacity, most);
        _segments.Add((Room, new VectorSegment(_collection.Dimensions, capacity, Path.Combine(_folder, FormattableString.Invariant($"{_segments.Count:D5}.vectors")))));
        _places.EnsureRoom(Room);
    }

    string IdOf(int row) => RecordBytes.ReadId(BytesOf(row));

    ReadOnlySpan<byte> BytesOf(int row)
    {
        const int Usual = 512;
        long at = _places.Offsets[row];
        byte[] bytes = new byte[(int)Math.Min(Usual, _log.Length - at)];
        _log.Fill(bytes, at);
        ReadOnlySpan<byte> read = bytes;
        RecordBytes.ReadLength(ref read);
        int length = RecordBytes.ReadLength(ref read);
        if (length <= read.Length)
            return read[..length];
        byte[] whole = new byte[length];
        _log.Fill(whole, at + bytes.Length - read.Length);
        return whole;
    }

    ulong[] Decide(VectorFilter filter)
    {
        switch (filter)
        {
            case VectorFilter.Compare compare:
                return Column(compare.Key).Where(filter, Live.Length);
            case VectorFilter.In one:
                return Column(one.Key).Where(filter, Live.Length);
            case VectorFilter.NotIn none:
                return Column(none.Key).Where(filter, Live.Length);
            case VectorFilter.And all:
                return all.Filters.Select(Decide).Aggregate(Enumerable.Repeat(ulong.MaxValue, Live.Length).ToArray(), (bits, more) => Joined(bits, more, (a, b) => a & b));
            case VectorFilter.Or any:
                return any.Filters.Select(Decide).Aggregate(new ulong[Live.Length], (bits, more) => Joined(bits, more, (a, b) => a | b));
            default:
                throw new NotSupportedException(filter.GetType().Name);
        }
    }

    static ulong[] Joined(ulong[] bits, ulong[] more, Func<ulong, ulong, ulong> join)
    {
        for (int i = 0; i < bits.Length; i++)
            bits[i] = join(bits[i], more[i]);
        return bits;
    }

    /// <summary>The values of a name, which are read from the log when they are first asked for.</summary>
    FilterColumn Column(string key)
    {
        lock (_columnsLock)
        {
            if (_columns.TryGetValue(key, out FilterColumn? column))
                return column;
            column = new FilterColumn(key);
            byte[] name = Encoding.UTF8.GetBytes(key);
            for (int row = 0; row < Count; row++)
                column.Add(Live.Has(row) ? RecordBytes.Find(BytesOf(row), name) : null);
            _columns.Add(key, column);
            return column;
        }
    }
}
