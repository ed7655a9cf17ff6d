using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Engine.Neighbours;
using Hone.Server.Storage;
using Hone.Server.VectorStores.BuiltIn.Rows;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.BuiltIn;

/// <summary>A collection in a folder of its own: <c>collection.json</c>, and a folder of rows, which is replaced when most of them no longer count.</summary>
sealed class BuiltInCollection : IDisposable
{
    /// <summary>So few rows are compared exactly at once; of more, the codes decide first which.</summary>
    const int FewRows = 2048;

    const int RowsAtOnce = 1024;

    readonly string _folder;
    readonly FolderLock _folderLock;
    readonly CurrentRows _current;
    readonly Upkeep _upkeep;
    readonly CancellationTokenSource _dropped = new();

    /// <summary>Opens a collection that exists. Others cannot until it is disposed.</summary>
    /// <param name="usesSigns">Whether searches may be by signs, which miss a row now and then.</param>
    public BuiltInCollection(string folder, bool usesSigns, TimeProvider clock)
    {
        _folder = folder;
        _folderLock = FolderLock.Take(folder);
        try
        {
            CollectionDescription description = CollectionDescription.Read(folder) ?? throw new HoneException(Text.Of($"{folder} has no collection.json.", $"{folder} 中没有 collection.json。"));
            Collection = description.Collection;
            _current = new CurrentRows(Collection, OpenRows(folder, description), _dropped.Token);
            _upkeep = new Upkeep(_current, () => new Compaction(_current, description, folder, _dropped.Token).Run(), usesSigns, clock);
        }
        catch
        {
            _folderLock.Dispose();
            throw;
        }

        _upkeep.Notice();
    }

    public VectorCollection Collection { get; }

    public long Count => _current.Reading(rows => rows.LiveCount);

    public static void Create(string folder, VectorCollection collection)
    {
        AtomicFolder.Write(folder, CollectionDescription.Of(collection).Write);
        DurableFolder.Flush(folder);
    }

    /// <summary>The collection of a folder; null when it holds none.</summary>
    public static VectorCollection? Find(string folder) => CollectionDescription.Read(folder)?.Collection;

    /// <param name="flushes">Whether to wait until it is on the disk. A kill of the process loses nothing either way.</param>
    public void Upsert(IReadOnlyList<VectorRecord> records, bool flushes)
    {
        Collection.Check(records);
        Change(rows => rows.Write(WithoutRepeats(records), flushes));
    }

    public void Delete(IReadOnlyList<string> ids, bool flushes) => Change(rows => rows.Delete(ids, flushes));

    /// <summary>The nearest records of each query, the nearest first.</summary>
    public IReadOnlyList<VectorMatch>[] Query(IReadOnlyList<float[]> queries, int count, VectorFilter? filter)
    {
        foreach (float[] query in queries)
            Collection.Check(new VectorQuery(query, count, filter));
        return _current.Reading(rows =>
        {
            ulong[] allowed = filter is null ? rows.Live : rows.Where(filter);
            long possible = filter is null ? rows.LiveCount : allowed.Count();
            int[][] candidates = possible <= FewRows
                ? [.. Enumerable.Repeat(allowed.Rows().ToArray(), queries.Count)]
                : NeighbourSearch.Candidates(rows.Segments.All, rows.Count, queries, (int)Math.Min(count, possible), allowed);
            return queries.Select((query, i) => Best(rows, query, candidates[i], count)).ToArray();
        });
    }

    public IReadOnlyList<VectorRecord> Fetch(IReadOnlyList<string> ids) =>
        _current.Reading<VectorRecord[]>(rows => [.. ids.Select(rows.RowOf).Where(row => row >= 0).Select(rows.Stored.Record)]);

    public IEnumerable<VectorRecord> Scan() => _current.Scan(RowsAtOnce);

    /// <summary>Waits until that is done in the background which makes searches quick, and the folder small.</summary>
    public Task SettleAsync() => _upkeep.SettleAsync();

    /// <summary>Closes the collection for good, so that its folder can be deleted: work in the background is not finished.</summary>
    public void Drop()
    {
        _dropped.Cancel();
        Dispose();
    }

    public void Dispose()
    {
        _upkeep.StopAsync().GetAwaiter().GetResult();
        try
        {
            _current.Dispose();
        }
        finally
        {
            _folderLock.Dispose();
        }
    }

    static CollectionRows OpenRows(string folder, CollectionDescription description)
    {
        string rows = CollectionRows.FolderOf(folder, description.Generation);
        if (description.Generation > 0 && !Directory.Exists(rows))
            throw new HoneException(Text.Of($"{rows} is missing. Restore it from a copy, or delete the collection and fill it again.", $"{rows} 缺失。请从副本恢复，或删除该集合后重新写入。"));
        try
        {
            foreach (string left in Directory.GetDirectories(folder).Where(name => name != rows))
                Directory.Delete(left, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Rows that do not count any more are tried again when the collection is opened next.
        }

        return new CollectionRows(description.Collection, folder, description.Generation);
    }

    VectorMatch[] Best(CollectionRows rows, float[] query, int[] candidates, int count)
    {
        IEnumerable<(int Row, double Score)> scored = candidates.Select(row => (row, VectorScores.Of(Collection.Metric, query, rows.Segments.Vector(row))));
        scored = Collection.Metric == VectorMetric.Euclidean ? scored.OrderBy(found => found.Score) : scored.OrderByDescending(found => found.Score);
        return [.. ((IOrderedEnumerable<(int Row, double Score)>)scored).ThenBy(found => found.Row).Take(count).Select(found => rows.Stored.Match(found.Row, found.Score))];
    }

    void Change(Func<CollectionRows, RowChange> write)
    {
        try
        {
            _current.Change(write);
        }
        catch (IOException error)
        {
            throw new HoneException(Text.Of(
                $"The collection \"{Collection.Name}\" in {_folder} cannot be written: {error.Message} What was put in before is kept. Make room on the disk and try again.",
                $"无法写入 {_folder} 中的集合“{Collection.Name}”：{error.Message} 之前写入的内容仍保留。请释放磁盘空间后重试。"), error);
        }

        _upkeep.Notice();
    }

    /// <summary>Of records with one id the last.</summary>
    static VectorRecord[] WithoutRepeats(IReadOnlyList<VectorRecord> records)
    {
        HashSet<string> seen = new(records.Count, StringComparer.Ordinal);
        for (int i = records.Count - 1; i >= 0; i--)
        {
            if (!seen.Add(records[i].Id))
                return [.. records.Reverse().DistinctBy(record => record.Id, StringComparer.Ordinal).Reverse()];
        }

        return records as VectorRecord[] ?? [.. records];
    }
}
