using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Engine.Neighbours;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.BuiltIn.Rows;

/// <summary>The rows of a collection in a folder: vectors in segments, ids and metadata in a log whose frames say what counts.</summary>
/// <remarks>
/// A change counts once its frames are in the log and its vectors are what the checksums in the frames say. Vectors are on the disk before a frame that another may follow. <c>state</c> is what follows from the log up to some frame, so that opening need not read it all.
/// One thread writes; others read meanwhile, but not while a change is applied.
/// </remarks>
sealed class CollectionRows : IDisposable
{
    /// <summary>Rows after which the state is written again, so that little is read after a kill.</summary>
    const int RowsPerState = 131_072;

    /// <summary>More rows than the state has room for in one array.</summary>
    const int MaxRows = 100_000_000;

    readonly VectorCollection _collection;
    readonly string _folder;
    readonly FrameLog _log;
    readonly RowPlaces _places;
    readonly FilterColumns _columns;
    readonly Lazy<IdTable> _ids;
    int _rowsInState, _rowsAtLastState;
    long _lengthInState;

    /// <summary>Opens the rows of a generation, whose folder is made if need be.</summary>
    /// <param name="folder">That of the collection.</param>
    public CollectionRows(VectorCollection collection, string folder, int generation)
    {
        (_collection, _folder, Generation) = (collection, FolderOf(folder, generation), generation);
        _ids = new Lazy<IdTable>(MakeIds);
        Segments = new RowSegments(collection, _folder);
        try
        {
            Directory.CreateDirectory(_folder);
            // What a kill left of files that were being written, each as large as what it was to become.
            foreach (string left in Directory.EnumerateFiles(_folder, ".*.tmp"))
                File.Delete(left);
            string log = Path.Combine(_folder, "records.log");
            bool isNew = !File.Exists(log);
            if (isNew && RowSegments.AreIn(_folder))
                throw RowSegments.Missing(log);
            _log = new FrameLog(log);
            try
            {
                _places = RowPlaces.Read(StatePath, out _lengthInState) ?? new RowPlaces();
                if (_lengthInState > _log.Length)
                    throw RowSegments.Missing(log);
                Stored = new StoredRecords(_log, _places, Segments);
                _columns = new FilterColumns(Stored.Value);
                _rowsInState = _rowsAtLastState = _places.Count;
                while (Segments.Room < _places.Count)
                    Segments.Open();
                Replay();
                if (isNew)
                {
                    DurableFolder.Flush(_folder);
                    DurableFolder.Flush(folder);
                }
            }
            catch
            {
                Dispose();
                throw;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Text.Of($"{_folder} cannot be opened: {error.Message}", $"无法打开 {_folder}：{error.Message}"), error);
        }
    }

    /// <summary>Which rows of the collection these are: those that replace them have the next number.</summary>
    public int Generation { get; }

    /// <summary>Rows, those that were replaced or deleted included.</summary>
    public int Count => _places.Count;

    /// <summary>Records that there are.</summary>
    public int LiveCount => _places.LiveCount;

    /// <summary>A bit for each row that is a record.</summary>
    public ulong[] Live => _places.Live;

    public RowSegments Segments { get; }

    /// <summary>What rows hold.</summary>
    public StoredRecords Stored { get; }

    string StatePath => Path.Combine(_folder, "state");

    /// <summary>Where the rows of a generation are.</summary>
    public static string FolderOf(string collectionFolder, int generation) => Path.Combine(collectionFolder, FormattableString.Invariant($"rows-{generation}"));

    /// <summary>Writes records that were checked, no two of them with one id. They are seen once the change is applied; of a change that failed nothing is kept.</summary>
    /// <param name="flushes">Whether to wait until they are on the disk.</param>
    /// <exception cref="IOException">The disk is full.</exception>
    public RowChange Write(VectorRecord[] records, bool flushes)
    {
        if (records.Length > MaxRows - Count)
            throw new HoneException(Text.Of(
                $"The collection \"{_collection.Name}\" would have more than {MaxRows} rows, of which {Count - LiveCount} are no longer used. Put the records into several collections.",
                $"集合“{_collection.Name}”将超过 {MaxRows} 行，其中 {Count - LiveCount} 行已不再使用。请把记录分到多个集合中。"));
        RowChange change = new();
        List<ReadOnlyMemory<byte>> frames = [];
        HashSet<VectorSegment> written = [];
        long end = _log.Length;
        for (int first = 0, row = Count; first < records.Length;)
        {
            int count = Math.Min(Math.Min(RecordFrames.MostRecords, records.Length - first), Segments.RoomFrom(row));
            ReadOnlySpan<VectorRecord> part = records.AsSpan(first, count);
            (VectorSegment segment, uint sum) = Segments.Write(row, part);
            written.Add(segment);
            frames.Add(RecordFrames.Of(part, row, sum, end + FrameLog.HeaderLength, RowOf, change));
            end += FrameLog.HeaderLength + frames[^1].Length;
            (first, row) = (first + count, row + count);
        }

        // Vectors of one frame go to the disk while it does: until both are there the frame is the last of the log, and taken back if its vectors are not what its checksum says.
        // Of several frames the log must not have the next one before the vectors of the first.
        bool goTogether = frames.Count == 1;
        if (flushes && !goTogether)
        {
            foreach (VectorSegment segment in written)
                segment.FlushVectors();
        }

        Append(frames, flushes, goTogether ? written.Single() : null);
        return change;
    }

    /// <summary>Writes that records are deleted; see <see cref="Write"/>.</summary>
    public RowChange Delete(IReadOnlyList<string> ids, bool flushes)
    {
        RowChange change = new();
        change.Deleted.AddRange(ids.Distinct(StringComparer.Ordinal).Select(RowOf).Where(row => row >= 0));
        Append([.. change.Deleted.Chunk(RecordFrames.MostRecords).Select(rows => RecordFrames.OfDeleted(rows))], flushes, beside: null);
        return change;
    }

    /// <summary>Lets a change be seen. Nobody may read meanwhile.</summary>
    public void Apply(RowChange change)
    {
        _places.EnsureRoom(Segments.Room);
        foreach (RowChange.Row added in change.Added)
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
            if (Live.Has(row) && Stored.Id(row) == id)
                return row;
        }

        return -1;
    }

    /// <summary>The records among the rows from one to another, that not included.</summary>
    public VectorRecord[] Records(int first, int end) => [.. Enumerable.Range(first, end - first).Where(Live.Has).Select(Stored.Record)];

    /// <summary>A bit for each record of which a filter is true.</summary>
    public ulong[] Where(VectorFilter filter)
    {
        ulong[] bits = _columns.Where(filter, Count, Live.Length);
        for (int i = 0; i < bits.Length; i++)
            bits[i] &= Live[i];
        return bits;
    }

    /// <summary>Keeps what follows from the log, so that opening is quick.</summary>
    /// <exception cref="HoneException">It cannot be written: then it stays as it was.</exception>
    /// <exception cref="IOException">The disk reports an error.</exception>
    public void KeepState()
    {
        if (_log.Length == _lengthInState)
            return;
        Segments.Flush(_rowsInState);
        _log.Flush();
        _places.Write(StatePath, _log.Length);
        (_rowsInState, _rowsAtLastState, _lengthInState) = (Count, Count, _log.Length);
    }

    /// <summary>Keeps it once much was written since the last time. Where it cannot be kept, as on a full disk, the log still has everything.</summary>
    public void KeepStateIfDue()
    {
        if (Count - _rowsAtLastState < Math.Max(RowsPerState, _rowsInState / 4))
            return;
        _rowsAtLastState = Count;
        try
        {
            KeepState();
        }
        catch (Exception error) when (error is HoneException or IOException)
        {
            // After as many rows more it is tried again.
        }
    }

    public void Dispose()
    {
        Segments.Dispose();
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

    /// <summary>Appends all frames or none.</summary>
    /// <param name="beside">Whose vectors go to the disk at the same time; null for none.</param>
    void Append(List<ReadOnlyMemory<byte>> frames, bool flushes, VectorSegment? beside)
    {
        long before = _log.Length;
        try
        {
            foreach (ReadOnlyMemory<byte> frame in frames)
                _log.Append(frame.Span);
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
        foreach ((long start, byte[] frame) in _log.Read(_lengthInState))
        {
            foreach (int row in RecordFrames.Deleted(frame))
                _places.Kill(row);
            if (RecordFrames.Added(frame) is { } added && !Replay(start, frame, added))
                return;
        }
    }

    bool Replay(long start, byte[] frame, (int Row, int Count, uint Sum) added)
    {
        if (added.Row != Count)
            throw _log.Damaged(start);
        if (added.Row == Segments.Room)
            Segments.Add();
        if (Segments.Sum(added.Row, added.Count) != added.Sum)
        {
            // The machine stopped before the vectors were on the disk: nobody was told that they are.
            if (start + frame.Length < _log.Length)
                throw _log.Damaged(start);
            _log.Cut(start - FrameLog.HeaderLength);
            return false;
        }

        Segments.WriteCodes(added.Row, added.Count);
        _places.EnsureRoom(Segments.Room);
        foreach ((int place, ulong hash, int replaced) in RecordFrames.Records(frame))
            _places.Add(start + place, hash, replaced);
        return true;
    }

    IdTable MakeIds()
    {
        IdTable ids = new(row => _places.Hashes[row], row => Live.Has(row), Count);
        foreach (int row in Live.Rows())
            ids.Add(_places.Hashes[row], row);
        return ids;
    }
}
