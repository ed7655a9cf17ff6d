using Hone.Engine;
using Hone.Server.VectorStores.BuiltIn.Rows;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.BuiltIn;

/// <summary>The rows of a collection that count now: many read them, one at a time changes them, and others may take their place.</summary>
/// <param name="dropped">Cancelled once the collection is to be deleted: then nothing is kept for the next time.</param>
sealed class CurrentRows(VectorCollection collection, CollectionRows rows, CancellationToken dropped) : IDisposable
{
    /// <summary>One change at a time. Readers are kept out for the moment alone in which it is applied, not while it goes to the disk.</summary>
    readonly Lock _writing = new();
    readonly ReaderWriterLockSlim _lock = new();

    /// <summary>Those who count through rows, and whether the last of them deletes these.</summary>
    readonly Dictionary<CollectionRows, (int Count, bool IsReplaced)> _scans = [];

    CollectionRows _rows = rows;
    bool _isClosed;

    /// <exception cref="HoneException">The collection was closed.</exception>
    public T Reading<T>(Func<CollectionRows, T> read)
    {
        _lock.EnterReadLock();
        try
        {
            return _isClosed ? throw collection.NotFound() : read(_rows);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <summary>Writes a change, and lets it be seen.</summary>
    /// <exception cref="HoneException">The collection was closed.</exception>
    /// <exception cref="IOException">It cannot be written: nothing of it is kept.</exception>
    public void Change(Func<CollectionRows, RowChange> write)
    {
        lock (_writing)
        {
            if (_isClosed)
                throw collection.NotFound();
            RowChange change = write(_rows);
            WithoutReaders(() => _rows.Apply(change));
            _rows.KeepStateIfDue();
        }
    }

    /// <summary>Keeps out all who would change the rows.</summary>
    public void WithoutWriters(Action action)
    {
        lock (_writing)
            action();
    }

    /// <summary>Lets other rows count from now on.</summary>
    public void Switch(CollectionRows next) => WithoutReaders(() => _rows = next);

    /// <summary>Deletes rows that do not count any more, once nobody counts through them.</summary>
    public void Delete(CollectionRows replaced)
    {
        lock (_scans)
        {
            if (_scans.TryGetValue(replaced, out (int Count, bool IsReplaced) scans))
            {
                _scans[replaced] = scans with { IsReplaced = true };
                return;
            }
        }

        replaced.Delete();
    }

    /// <summary>The records of the rows that there are now, some at a time. Those that are put in meanwhile are not among them.</summary>
    public IEnumerable<VectorRecord> Scan(int rowsAtOnce)
    {
        (CollectionRows scanned, int end) = Reading(rows =>
        {
            lock (_scans)
                _scans[rows] = (_scans.GetValueOrDefault(rows).Count + 1, false);
            return (rows, rows.Count);
        });
        try
        {
            for (int first = 0; first < end; first += rowsAtOnce)
            {
                foreach (VectorRecord record in Reading(_ => scanned.Records(first, Math.Min(first + rowsAtOnce, end))))
                    yield return record;
            }
        }
        finally
        {
            EndScan(scanned);
        }
    }

    /// <summary>Closes the files once nobody reads or writes. Who asks for something later is told that the collection is not there.</summary>
    public void Dispose() => WithoutWriters(() => WithoutReaders(Close));

    void Close()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        try
        {
            if (!dropped.IsCancellationRequested)
                _rows.KeepState();
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
    }

    void EndScan(CollectionRows scanned)
    {
        _lock.EnterReadLock();
        try
        {
            bool isLast;
            (int Count, bool IsReplaced) scans;
            lock (_scans)
            {
                scans = _scans[scanned];
                isLast = scans.Count == 1;
                if (isLast)
                    _scans.Remove(scanned);
                else
                    _scans[scanned] = scans with { Count = scans.Count - 1 };
            }

            // Of a collection that is closed nothing is deleted: its folder may be that of another one by now.
            if (isLast && scans.IsReplaced && !_isClosed)
                scanned.Delete();
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    void WithoutReaders(Action action)
    {
        _lock.EnterWriteLock();
        try
        {
            action();
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }
}
