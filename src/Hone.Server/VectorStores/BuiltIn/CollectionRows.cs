using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Engine.Kernels;
using Hone.Engine.Neighbours;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.BuiltIn;

/// <summary>The rows of a collection in a folder: vectors in segments, ids and metadata in a log whose frames say what counts.</summary>
/// <remarks>
/// A change counts once its frames are in the log and its vectors are what the checksums in the frames say. Vectors are on the disk before a frame that another may follow. <c>state</c> is what follows from the log up to some frame, so that opening need not read it all.
/// One thread writes; others read meanwhile, but not while a change is applied.
/// </remarks>
sealed class CollectionRows : IDisposable
{
    const byte IsUpsert = 1, IsDelete = 2;
    const int FirstSegment = 1024, LargestSegment = 65_536, LargestSegmentFloats = 1 << 27;

    /// <summary>Records of a frame.</summary>
    const int RecordsPerFrame = 4096;

    /// <summary>Rows after which the state is written again, so that little is read after a kill.</summary>
    const int RowsPerState = 131_072;

    /// <summary>More rows than the state has room for in one array.</summary>
    const int MaxRows = 100_000_000;

    readonly VectorCollection _collection;
    readonly string _folder;
    readonly FrameLog _log;
    readonly FilterColumns _columns;
    readonly Lazy<IdTable> _ids;
    volatile RowSegment[] _segments = [];
    RowPlaces _places;
    int _rowsInState;
    long _lengthInState;

    /// <summary>Opens the rows of a folder, which is made if need be.</summary>
    public CollectionRows(VectorCollection collection, string folder)
    {
        (_collection, _folder) = (collection, folder);
        _ids = new Lazy<IdTable>(MakeIds);
        _columns = new FilterColumns(row => Live.Has(row) ? BytesOf(row).ToArray() : null);
        try
        {
            Directory.CreateDirectory(folder);
            // What a kill left of files that were being written, each as large as what it was to become.
            foreach (string left in Directory.EnumerateFiles(folder, ".*.tmp"))
                File.Delete(left);
            string log = Path.Combine(folder, "records.log");
            bool isNew = !File.Exists(log);
            if (isNew && Directory.EnumerateFiles(folder, "*.vectors").Any())
                throw Missing(log);
            _log = new FrameLog(log);
            try
            {
                _places = RowPlaces.Read(StatePath, out _lengthInState) ?? new RowPlaces();
                if (_lengthInState > _log.Length)
                    throw Missing(log);
                _rowsInState = _places.Count;
                while (Room < _places.Count)
                    AddSegment(mustExist: true);
                Replay();
                if (isNew)
                    DurableFolder.Flush(folder);
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

    int Room => _segments is [.., var last] ? last.First + last.Segment.Capacity : 0;

    /// <summary>Writes records that were checked, no two of them with one id. They are seen once the change is applied; of a change that failed nothing is kept.</summary>
    /// <param name="flushes">Whether to wait until they are on the disk.</param>
    /// <exception cref="IOException">The disk is full.</exception>
    public Change Write(IReadOnlyList<VectorRecord> records, bool flushes)
    {
        if (records.Count > MaxRows - Count)
            throw new HoneException(Text.Of(
                $"The collection \"{_collection.Name}\" would have more than {MaxRows} rows, of which {Count - LiveCount} are no longer used. Put the records into several collections.",
                $"集合“{_collection.Name}”将超过 {MaxRows} 行，其中 {Count - LiveCount} 行已不再使用。请把记录分到多个集合中。"));
        Change change = new();
        List<MemoryStream> frames = [];
        HashSet<VectorSegment> written = [];
        for (int first = 0, row = Count; first < records.Count;)
        {
            if (Room == row)
                AddSegment();
            RowSegment segment = SegmentOf(row);
            int count = Math.Min(Math.Min(RecordsPerFrame, records.Count - first), segment.First + segment.Segment.Capacity - row);
            uint sum = WriteVectors(segment, row, records, first, count);
            frames.Add(FrameOf(records, first, count, row, sum, change));
            written.Add(segment.Segment);
            (first, row) = (first + count, row + count);
        }

        // Vectors of one frame go to the disk beside it, which takes a quarter of the time of one after the other: until both are there the frame is the last of the log,
        // and taken back if its vectors are not what its checksum says. Of several frames the log must not have the next one before the vectors of the first.
        bool goTogether = frames.Count == 1;
        if (flushes && !goTogether)
        {
            foreach (VectorSegment segment in written)
                segment.FlushVectors();
        }

        Append(frames, flushes, (frame, at) => change.Place(frame, at), goTogether ? written.Single() : null);
        return change;
    }

    /// <summary>Writes that records are deleted; see <see cref="Write"/>.</summary>
    public Change Delete(IReadOnlyList<string> ids, bool flushes)
    {
        Change change = new();
        int[] rows = [.. ids.Distinct(StringComparer.Ordinal).Select(RowOf).Where(row => row >= 0)];
        List<MemoryStream> frames = [];
        foreach (int[] part in rows.Chunk(RecordsPerFrame))
        {
            MemoryStream frame = new();
            frame.WriteByte(IsDelete);
            frame.Write(MemoryMarshal.AsBytes(part.AsSpan()));
            frames.Add(frame);
            change.Deleted.AddRange(part);
        }

        Append(frames, flushes, (_, _) => { }, beside: null);
        return change;
    }

    /// <summary>Lets a change be seen. Nobody may read meanwhile.</summary>
    public void Apply(Change change)
    {
        _places.EnsureRoom(Room);
        foreach (Change.Row added in change.Added)
        {
            int row = _places.Add(added.Place, added.Hash, added.Replaced);
            if (_ids.IsValueCreated)
                _ids.Value.Add(added.Hash, row);
            _columns.Add(added.Metadata);
        }

        foreach (int row in change.Deleted)
            _places.Kill(row);
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
        (int first, VectorSegment segment) = SegmentOf(row);
        return segment.Row(row - first);
    }

    /// <summary>A bit for each record of which a filter is true.</summary>
    public ulong[] Where(VectorFilter filter)
    {
        ulong[] bits = _columns.Where(filter, Count, Live.Length);
        for (int i = 0; i < bits.Length; i++)
            bits[i] &= Live[i];
        return bits;
    }

    /// <summary>Keeps what follows from the log, so that opening is quick; now and then, or if it is wanted.</summary>
    public void KeepState(bool isWanted)
    {
        if (_log.Length == _lengthInState || (!isWanted && Count - _rowsInState < Math.Max(RowsPerState, _rowsInState / 4)))
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

    /// <summary>A segment that is full, and large enough to be worth it, of which something is true; null when there is none.</summary>
    public VectorSegment? Find(Func<VectorSegment, bool> isWanted)
    {
        int count = Count;
        return _segments.FirstOrDefault(segment => segment.First + segment.Segment.Capacity <= count && segment.Segment.Capacity > FirstSegment && isWanted(segment.Segment))?.Segment;
    }

    /// <summary>What the metric makes of vectors; see <see cref="VectorSegment"/>.</summary>
    public (float Gain, float Bias)[] Ranking(ReadOnlySpan<float> vectors)
    {
        var ranking = new (float Gain, float Bias)[vectors.Length / _collection.Dimensions];
        for (int i = 0; i < ranking.Length; i++)
        {
            ranking[i] = (1, 0);
            if (_collection.Metric == VectorMetric.DotProduct)
                continue;
            ReadOnlySpan<float> vector = vectors.Slice(i * _collection.Dimensions, _collection.Dimensions);
            double squares = Sums.OfProductsInDouble(vector, vector);
            ranking[i] = _collection.Metric == VectorMetric.Cosine ? ((float)(1 / Math.Sqrt(squares)), 0) : (1, (float)(-squares / 2));
        }

        return ranking;
    }

    public void Dispose()
    {
        foreach ((_, VectorSegment segment) in _segments)
            segment.Dispose();
        _log.Dispose();
    }

    /// <summary>Closes the files and deletes them.</summary>
    public void Delete()
    {
        Dispose();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What is left is deleted when the collection is opened next.
        }
    }

    RowSegment SegmentOf(int row)
    {
        RowSegment[] segments = _segments;
        int i = segments.Length - 1;
        while (segments[i].First > row)
            i--;
        return segments[i];
    }

    /// <returns>The sum that the frame tells of the vectors.</returns>
    uint WriteVectors(RowSegment segment, int row, IReadOnlyList<VectorRecord> records, int first, int count)
    {
        int dimensions = _collection.Dimensions;
        float[] vectors = GC.AllocateUninitializedArray<float>(count * dimensions);
        for (int i = 0; i < count; i++)
            records[first + i].Vector.CopyTo(vectors.AsSpan(i * dimensions));
        segment.Segment.Write(row - segment.First, vectors, Ranking(vectors));
        return Checksum.Of(MemoryMarshal.AsBytes(vectors.AsSpan()));
    }

    MemoryStream FrameOf(IReadOnlyList<VectorRecord> records, int first, int count, int row, uint sum, Change change)
    {
        MemoryStream frame = new();
        using (BinaryWriter header = new(frame, Encoding.UTF8, leaveOpen: true))
        {
            header.Write(IsUpsert);
            header.Write(row);
            header.Write(count);
            header.Write(sum);
        }

        using MemoryStream bytes = new();
        change.NewFrame();
        for (int i = 0; i < count; i++)
        {
            VectorRecord record = records[first + i];
            int replaced = RowOf(record.Id);
            change.Added.Add(new Change.Row(frame.Length, IdTable.HashOf(record.Id), replaced, record.Metadata));
            bytes.SetLength(0);
            RecordBytes.Write(bytes, record);
            RecordBytes.WriteLength(frame, replaced + 1);
            RecordBytes.WriteLength(frame, (int)bytes.Length);
            frame.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }

        return frame;
    }

    /// <summary>Appends all frames or none.</summary>
    /// <param name="appended">Gets the number of each frame and where its bytes begin.</param>
    /// <param name="beside">Whose vectors go to the disk at the same time; null for none.</param>
    void Append(List<MemoryStream> frames, bool flushes, Action<int, long> appended, VectorSegment? beside)
    {
        long before = _log.Length;
        try
        {
            for (int i = 0; i < frames.Count; i++)
                appended(i, _log.Append(frames[i].GetBuffer().AsSpan(0, (int)frames[i].Length)));
            if (flushes && frames.Count > 0)
                Flush(beside);
        }
        catch (IOException)
        {
            _log.Cut(before);
            throw;
        }
    }

    void Flush(VectorSegment? beside)
    {
        Task vectors = beside is null ? Task.CompletedTask : Task.Run(beside.FlushVectors);
        try
        {
            _log.Flush();
        }
        finally
        {
            vectors.GetAwaiter().GetResult();
        }
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
        _places.EnsureRoom(Room);
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
        IdTable ids = new(row => _places.Hashes[row], row => Live.Has(row), Count);
        foreach (int row in Live.Rows())
            ids.Add(_places.Hashes[row], row);
        return ids;
    }

    void AddSegment(bool mustExist = false)
    {
        int most = (int)Math.Max(64, Math.Min(LargestSegment, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(LargestSegmentFloats / _collection.Dimensions)) / 2));
        int capacity = Math.Min(_segments is [.., var last] ? 2 * last.Segment.Capacity : FirstSegment, most);
        string path = Path.Combine(_folder, FormattableString.Invariant($"{_segments.Length:D5}.vectors"));
        if (mustExist && !VectorSegment.IsComplete(_collection.Dimensions, capacity, path))
            throw Missing(path);
        _segments = [.. _segments, new RowSegment(Room, new VectorSegment(_collection.Dimensions, capacity, path))];
        if (!mustExist)
            DurableFolder.Flush(_folder);
    }

    /// <summary>A file that acknowledged records are in is not there as a whole.</summary>
    static HoneException Missing(string path) =>
        new(Text.Of(
            $"{path} or a file beside it is missing or shorter than it was. Restore its folder from a copy, or delete the collection and fill it again.",
            $"{path} 或其旁边的文件缺失或比原来短。请从副本恢复其文件夹，或删除该集合后重新写入。"));

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

    /// <summary>Rows from a number on.</summary>
    sealed record RowSegment(int First, VectorSegment Segment);

    /// <summary>What was written and is not seen yet.</summary>
    public sealed class Change
    {
        readonly List<int> _frames = [];

        /// <summary>The rows to come, in order.</summary>
        public List<Row> Added { get; } = [];

        /// <summary>The rows that are records no more.</summary>
        public List<int> Deleted { get; } = [];

        public void NewFrame() => _frames.Add(Added.Count);

        /// <summary>Says where the bytes of a frame begin.</summary>
        public void Place(int frame, long at)
        {
            int end = frame + 1 < _frames.Count ? _frames[frame + 1] : Added.Count;
            for (int i = _frames[frame]; i < end; i++)
                Added[i] = Added[i] with { Place = Added[i].Place + at };
        }

        /// <param name="Place">Where its record lies: in its frame, and once that is written in the log.</param>
        /// <param name="Replaced">The row of the record with its id; negative when there is none.</param>
        public readonly record struct Row(long Place, ulong Hash, int Replaced, IReadOnlyDictionary<string, MetadataValue> Metadata);
    }
}
