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

    readonly string _folder;
    readonly FolderLock _folderLock;
    readonly ReaderWriterLockSlim _lock = new();
    readonly Description _description;
    CollectionRows _rows;
    int _generation;
    int _scans;
    bool _isDisposed;

    /// <summary>Opens a collection that exists. Others cannot until it is disposed.</summary>
    public BuiltInCollection(string folder)
    {
        _folder = folder;
        _folderLock = FolderLock.Take(folder);
        try
        {
            _description = Description.Read(folder) ?? throw new HoneException(Text.Of($"{folder} has no collection.json.", $"{folder} 中没有 collection.json。"));
            _generation = _description.Generation;
            foreach (string left in Directory.GetDirectories(folder).Where(name => name != RowsFolder(_generation)))
                Directory.Delete(left, recursive: true);
            _rows = new CollectionRows(Collection, RowsFolder(_generation));
        }
        catch
        {
            _folderLock.Dispose();
            throw;
        }
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
        Writing(flushes, rows => rows.Upsert(WithoutRepeats(records)));
    }

    public void Delete(IReadOnlyList<string> ids, bool flushes) => Writing(flushes, rows => rows.Delete(ids));

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
        // Rows keep their numbers while somebody counts through them.
        int end = Reading(rows =>
        {
            Interlocked.Increment(ref _scans);
            return rows.Count;
        });
        try
        {
            for (int first = 0; first < end; first += RowsAtOnce)
            {
                foreach (VectorRecord record in Reading<VectorRecord[]>(rows => [.. Enumerable.Range(first, Math.Min(RowsAtOnce, end - first)).Where(rows.Live.Has).Select(rows.Record)]))
                    yield return record;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _scans);
        }
    }

    public void Dispose()
    {
        _lock.EnterWriteLock();
        try
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            try
            {
                _rows.KeepState();
            }
            catch (Exception error) when (error is HoneException or IOException)
            {
                // Without room on the disk: the log has everything.
            }

            _rows.Dispose();
            _folderLock.Dispose();
        }
        finally
        {
            _lock.ExitWriteLock();
        }
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

    void Writing(bool flushes, Action<CollectionRows> write)
    {
        _lock.EnterWriteLock();
        try
        {
            if (_isDisposed)
                throw Collection.NotFound();
            write(_rows);
            if (flushes)
                _rows.Flush();
            if (_rows.Count - _rows.LiveCount > Math.Max(MostDead, _rows.LiveCount) && Volatile.Read(ref _scans) == 0)
                Compact();
        }
        catch (IOException error)
        {
            throw new HoneException(Text.Of(
                $"The collection \"{Collection.Name}\" in {_folder} cannot be written: {error.Message} What was put in before is kept. Make room on the disk and try again.",
                $"无法写入 {_folder} 中的集合“{Collection.Name}”：{error.Message} 之前写入的内容仍保留。请释放磁盘空间后重试。"), error);
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>Writes the records alone into a new folder, and then says that it is the one that counts.</summary>
    void Compact()
    {
        string folder = RowsFolder(_generation + 1);
        CollectionRows next = new(Collection, folder);
        try
        {
            foreach (int[] rows in _rows.Live.Rows().Chunk(RowsAtOnce))
                next.Upsert([.. rows.Select(_rows.Record)]);
            next.KeepState();
            (_description with { Generation = _generation + 1 }).Write(_folder);
        }
        catch
        {
            next.Dispose();
            Directory.Delete(folder, recursive: true);
            throw;
        }

        _rows.Dispose();
        Directory.Delete(RowsFolder(_generation), recursive: true);
        (_rows, _generation) = (next, _generation + 1);
    }

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
            catch (Exception error) when (error is JsonException or ArgumentException or NullReferenceException)
            {
                throw new HoneException(Text.Of($"{path} is damaged. Restore its folder from a copy, or delete the folder.", $"{path} 已损坏。请从副本恢复其文件夹，或删除该文件夹。"), error);
            }
        }

        public void Write(string folder) => AtomicFile.Write(Path.Combine(folder, FileName), file => file.Write(Json.Bytes(this)));
    }
}
