using System.Text.Json;
using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Engine.Neighbours;
using Hone.Server.Http;
using Hone.Server.Storage;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.BuiltIn;

/// <summary>A collection in a folder of its own: <c>collection.json</c>, and a folder of rows, which is replaced when most of them no longer count.</summary>
sealed class BuiltInCollection : IDisposable
{
    /// <summary>Rows that no longer count are left until there are so many, and more of them than records.</summary>
    const int MostDead = 4096;

    /// <summary>So few rows are compared exactly at once; of more, the codes decide first which.</summary>
    const int FewRows = 2048;

    const int RowsAtOnce = 1024;

    /// <summary>What makes searches quicker is made once nothing was written for so long, so that it slows nobody who writes; also after so many waits beside those who never stop.</summary>
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    const int MostWaits = 60;

    readonly string _folder;
    readonly FolderLock _folderLock;
    readonly Description _description;
    readonly bool _usesSigns;

    /// <summary>One change at a time. Readers are kept out for the moment alone in which it is applied, not while it goes to the disk.</summary>
    readonly Lock _writing = new();
    readonly ReaderWriterLockSlim _lock = new();

    /// <summary>Those who count through rows; rows that were replaced meanwhile go when the last of them is done.</summary>
    readonly Dictionary<CollectionRows, int> _scans = [];

    CollectionRows _rows;
    int _generation;
    Task _upkeep = Task.CompletedTask;

    /// <summary>Done once somebody waits for the upkeep.</summary>
    TaskCompletionSource _hurry = new();

    /// <summary>How many rows there were when the upkeep looked last: it is quiet while there are no more.</summary>
    int _quietRows;

    int _keepsUpFrom;
    volatile bool _isClosing, _isDropped;
    bool _isDisposed;

    /// <summary>Opens a collection that exists. Others cannot until it is disposed.</summary>
    /// <param name="usesSigns">Whether searches may be by signs, which miss a row now and then.</param>
    public BuiltInCollection(string folder, bool usesSigns)
    {
        (_folder, _usesSigns) = (folder, usesSigns);
        _folderLock = FolderLock.Take(folder);
        try
        {
            _description = Description.Read(folder) ?? throw new HoneException(Text.Of($"{folder} has no collection.json.", $"{folder} 中没有 collection.json。"));
            _generation = _description.Generation;
            string rows = RowsFolder(_generation);
            if (_generation > 0 && !Directory.Exists(rows))
                throw new HoneException(Text.Of($"{rows} is missing. Restore it from a copy, or delete the collection and fill it again.", $"{rows} 缺失。请从副本恢复，或删除该集合后重新写入。"));
            foreach (string left in Directory.GetDirectories(folder).Where(name => name != rows))
                Directory.Delete(left, recursive: true);
            _rows = new CollectionRows(Collection, rows);
        }
        catch
        {
            _folderLock.Dispose();
            throw;
        }

        _quietRows = _rows.Count;
        lock (_writing)
            KeepUp();
    }

    public VectorCollection Collection => _description.Collection;

    public long Count => Reading(rows => rows.LiveCount);

    public static void Create(string folder, VectorCollection collection) =>
        AtomicFolder.Write(folder, inside => new Description(collection.Name, collection.Dimensions, collection.Metric.ToString(), 0).Write(inside));

    /// <summary>The collection of a folder; null when it holds none.</summary>
    public static VectorCollection? Find(string folder) => Description.Read(folder)?.Collection;

    /// <param name="flushes">Whether to wait until it is on the disk. A kill of the process loses nothing either way.</param>
    public void Upsert(IReadOnlyList<VectorRecord> records, bool flushes)
    {
        Collection.Check(records);
        Writing(rows => rows.Write(WithoutRepeats(records), flushes));
    }

    public void Delete(IReadOnlyList<string> ids, bool flushes) => Writing(rows => rows.Delete(ids, flushes));

    /// <summary>The nearest records of each query, the nearest first.</summary>
    public IReadOnlyList<VectorMatch>[] Query(IReadOnlyList<float[]> queries, int count, VectorFilter? filter)
    {
        foreach (float[] query in queries)
            Collection.Check(new VectorQuery(query, count, filter));
        return Reading(rows =>
        {
            ulong[] allowed = filter is null ? rows.Live : rows.Where(filter);
            long possible = filter is null ? rows.LiveCount : allowed.Count();
            int[][] candidates = possible <= FewRows
                ? [.. Enumerable.Repeat(allowed.Rows().ToArray(), queries.Count)]
                : NeighbourSearch.Candidates(rows.Segments, rows.Count, queries, (int)Math.Min(count, possible), allowed);
            return queries.Select((query, i) => Best(rows, query, candidates[i], count)).ToArray();
        });
    }

    public IReadOnlyList<VectorRecord> Fetch(IReadOnlyList<string> ids) =>
        Reading<VectorRecord[]>(rows => [.. ids.Select(rows.RowOf).Where(row => row >= 0).Select(rows.Record)]);

    public IEnumerable<VectorRecord> Scan()
    {
        (CollectionRows scanned, int end) = Reading(rows =>
        {
            lock (_scans)
                _scans[rows] = _scans.GetValueOrDefault(rows) + 1;
            return (rows, rows.Count);
        });
        try
        {
            for (int first = 0; first < end; first += RowsAtOnce)
            {
                foreach (VectorRecord record in Reading(_ => Records(scanned, first, end)))
                    yield return record;
            }
        }
        finally
        {
            EndScan(scanned);
        }
    }

    void EndScan(CollectionRows scanned)
    {
        _lock.EnterReadLock();
        try
        {
            bool isLast;
            lock (_scans)
            {
                isLast = --_scans[scanned] == 0;
                if (isLast)
                    _scans.Remove(scanned);
            }

            // Of a collection that is closed nothing is deleted: its folder may be that of another one by now.
            if (isLast && scanned != _rows && !_isDisposed)
                scanned.Delete();
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <summary>Waits until that is done in the background which makes searches quick, and the folder small.</summary>
    public async Task SettleAsync()
    {
        while (true)
        {
            Task upkeep;
            lock (_writing)
            {
                KeepUp();
                _hurry.TrySetResult();
                upkeep = _upkeep;
            }

            if (upkeep.IsCompleted)
                return;
            await upkeep;
        }
    }

    /// <summary>Closes the collection for good, so that its folder can be deleted: work in the background is not finished.</summary>
    public void Drop()
    {
        _isDropped = true;
        Dispose();
    }

    public void Dispose()
    {
        _isClosing = true;
        SettleAsync().Wait();
        lock (_writing)
        {
            _lock.EnterWriteLock();
            try
            {
                if (_isDisposed)
                    return;
                _isDisposed = true;
                Close();
            }
            finally
            {
                _lock.ExitWriteLock();
            }
        }
    }

    void Close()
    {
        try
        {
            if (!_isDropped)
                _rows.KeepState(isWanted: true);
        }
        catch (Exception error) when (error is HoneException or IOException)
        {
            // Without room on the disk: the log has everything.
        }

        _rows.Dispose();
        lock (_scans)
        {
            foreach (CollectionRows replaced in _scans.Keys.Where(rows => rows != _rows))
                replaced.Dispose();
        }

        _folderLock.Dispose();
    }

    VectorMatch[] Best(CollectionRows rows, float[] query, int[] candidates, int count)
    {
        IEnumerable<(int Row, double Score)> scored = candidates.Select(row => (row, VectorScores.Of(Collection.Metric, query, rows.Vector(row))));
        scored = Collection.Metric == VectorMetric.Euclidean ? scored.OrderBy(found => found.Score) : scored.OrderByDescending(found => found.Score);
        return [.. ((IOrderedEnumerable<(int Row, double Score)>)scored).ThenBy(found => found.Row).Take(count).Select(found => rows.Match(found.Row, found.Score))];
    }

    T Reading<T>(Func<CollectionRows, T> read)
    {
        _lock.EnterReadLock();
        try
        {
            return _isDisposed ? throw Collection.NotFound() : read(_rows);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    void Writing(Func<CollectionRows, CollectionRows.Change> write)
    {
        lock (_writing)
        {
            if (_isDisposed)
                throw Collection.NotFound();
            try
            {
                Apply(write(_rows));
                _rows.KeepState(isWanted: false);
            }
            catch (IOException error)
            {
                throw new HoneException(Text.Of(
                    $"The collection \"{Collection.Name}\" in {_folder} cannot be written: {error.Message} What was put in before is kept. Make room on the disk and try again.",
                    $"无法写入 {_folder} 中的集合“{Collection.Name}”：{error.Message} 之前写入的内容仍保留。请释放磁盘空间后重试。"), error);
            }

            KeepUp();
        }
    }

    void Apply(CollectionRows.Change change)
    {
        _lock.EnterWriteLock();
        try
        {
            _rows.Apply(change);
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    bool IsMostlyDead => _rows.Count - _rows.LiveCount > Math.Max(MostDead, _rows.LiveCount);

    bool LacksWork(VectorSegment segment) => segment.LacksShadows || (_usesSigns && segment.LacksSigns);

    /// <summary>Begins in the background what there is to do. Called by the one who writes.</summary>
    void KeepUp()
    {
        if (!_isClosing && _upkeep.IsCompleted && _rows.Count >= _keepsUpFrom && (IsMostlyDead || _rows.Find(LacksWork) is not null))
        {
            TaskCompletionSource hurry = _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _upkeep = Task.Run(() => UpkeepAsync(hurry.Task));
        }
    }

    async Task UpkeepAsync(Task hurry)
    {
        try
        {
            if (Reading(_ => IsMostlyDead))
                Compact();
            while (!_isClosing && _rows.Find(LacksWork) is { } segment)
            {
                bool lacksShadows = segment.LacksShadows && !segment.ReadShadows();
                if (lacksShadows || _usesSigns)
                    await WaitUntilQuietAsync(hurry);
                if (_isClosing)
                    return;
                if (IsMostlyDead)
                    Compact();
                else if (lacksShadows)
                    segment.MakeShadows(_rows.Ranking);
                else if (_usesSigns && segment.LacksSigns)
                    segment.MakeSigns(_rows.Ranking);
            }
        }
        catch (Exception error) when (error is HoneException or IOException or OperationCanceledException)
        {
            // A disk without room: everything is right without it, and it is tried again when there is more to do.
            _keepsUpFrom = _rows.Count + MostDead;
        }
    }

    /// <summary>Waits until nobody writes, or somebody waits for what there is to do.</summary>
    async Task WaitUntilQuietAsync(Task hurry)
    {
        for (int waits = 0; waits < MostWaits && _rows.Count != _quietRows && !IsMostlyDead && !hurry.IsCompleted; waits++)
        {
            _quietRows = _rows.Count;
            await Task.WhenAny(hurry, Task.Delay(Quiet));
        }
    }

    /// <summary>Writes the records alone into a new folder while others read and write, and then says that it is the one that counts.</summary>
    void Compact()
    {
        CollectionRows old = _rows, next = new(Collection, RowsFolder(_generation + 1));
        bool isScanned;
        try
        {
            ulong[] copied = [];
            int end = Copy(old, next, 0, ref copied);
            next.KeepState(isWanted: true);
            end = Copy(old, next, end, ref copied);
            lock (_writing)
            {
                Copy(old, next, end, ref copied);
                string[] deleted = [.. copied.Rows().Where(row => !old.Live.Has(row)).Select(row => old.Record(row).Id).Where(id => old.RowOf(id) < 0)];
                next.Apply(next.Delete(deleted, flushes: false));
                next.KeepState(isWanted: true);
                (_description with { Generation = _generation + 1 }).Write(_folder);
                // From here on the new rows are those that count, whatever the disk says next: the old ones only stay.
                isScanned = Switch(next);
                DurableFolder.Flush(_folder);
            }
        }
        catch
        {
            if (_rows != next)
                next.Delete();
            throw;
        }

        if (!isScanned)
            old.Delete();
    }

    /// <returns>Whether somebody counts through the rows that are replaced, and so deletes them at the end.</returns>
    bool Switch(CollectionRows next)
    {
        _lock.EnterWriteLock();
        try
        {
            lock (_scans)
            {
                bool isScanned = _scans.ContainsKey(_rows);
                (_rows, _generation) = (next, _generation + 1);
                return isScanned;
            }
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>Copies the records from a row on to the last that there is now.</summary>
    /// <param name="copied">Gets a bit for each row that was copied.</param>
    /// <returns>The row after the last.</returns>
    int Copy(CollectionRows old, CollectionRows next, int first, ref ulong[] copied)
    {
        int end = Reading(_ => old.Count);
        Array.Resize(ref copied, (end + 63) / 64);
        for (; first < end; first += RowsAtOnce)
        {
            if (_isDropped)
                throw new OperationCanceledException();
            (int start, ulong[] bits) = (first, copied);
            VectorRecord[] records = Reading(_ =>
            {
                foreach (int row in LiveRows(old, start, end))
                    bits.Set(row);
                return Records(old, start, end);
            });
            next.Apply(next.Write(records, flushes: false));
        }

        return end;
    }

    /// <summary>The records among the rows from a number on, as many as are read at once.</summary>
    static VectorRecord[] Records(CollectionRows rows, int first, int end) => [.. LiveRows(rows, first, end).Select(rows.Record)];

    static IEnumerable<int> LiveRows(CollectionRows rows, int first, int end) => Enumerable.Range(first, Math.Min(RowsAtOnce, end - first)).Where(rows.Live.Has);

    static IReadOnlyList<VectorRecord> WithoutRepeats(IReadOnlyList<VectorRecord> records)
    {
        HashSet<string> seen = new(records.Count, StringComparer.Ordinal);
        for (int i = records.Count - 1; i >= 0; i--)
        {
            if (!seen.Add(records[i].Id))
                return [.. records.Reverse().DistinctBy(record => record.Id, StringComparer.Ordinal).Reverse()];
        }

        return records;
    }

    string RowsFolder(int generation) => Path.Combine(_folder, FormattableString.Invariant($"rows-{generation}"));

    /// <summary>What <c>collection.json</c> says.</summary>
    sealed record Description(string Name, int Dimensions, string Metric, int Generation)
    {
        const string FileName = "collection.json";

        public VectorCollection Collection => new(Name, Dimensions, Enum.Parse<VectorMetric>(Metric));

        public static Description? Read(string folder)
        {
            string path = Path.Combine(folder, FileName);
            try
            {
                if (!File.Exists(path))
                    return null;
                Description read = JsonSerializer.Deserialize<Description>(File.ReadAllBytes(path), Json.Options) ?? throw new JsonException();
                read.Collection.Check();
                return read;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new HoneException(Text.Of($"{path} cannot be read: {error.Message}", $"无法读取 {path}：{error.Message}"), error);
            }
            catch (Exception error) when (error is JsonException or ArgumentException or NullReferenceException)
            {
                throw new HoneException(Text.Of($"{path} is damaged. Restore its folder from a copy, or delete the folder.", $"{path} 已损坏。请从副本恢复其文件夹，或删除该文件夹。"), error);
            }
        }

        public void Write(string folder) => AtomicFile.Write(Path.Combine(folder, FileName), file => file.Write(Json.Bytes(this)));
    }
}
