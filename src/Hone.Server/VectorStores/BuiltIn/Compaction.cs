using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Server.VectorStores.BuiltIn.Rows;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.BuiltIn;

/// <summary>Writes the records of a collection alone into a new folder while others read and write, and then says that these are the rows that count.</summary>
/// <param name="folder">That of the collection.</param>
/// <param name="cancel">Once it is cancelled the work is given up.</param>
sealed class Compaction(CurrentRows current, CollectionDescription description, string folder, CancellationToken cancel)
{
    /// <summary>Rows that are no records are left until there are so many, and more of them than records.</summary>
    const int MostDead = 4096;

    const int RowsAtOnce = 1024;

    /// <summary>A bit for each row that was copied, and the row after the last.</summary>
    ulong[] _copied = [];
    int _end;

    /// <summary>Whether it is worth it.</summary>
    public static bool IsDue(CollectionRows rows) => rows.Count - rows.LiveCount > Math.Max(MostDead, rows.LiveCount);

    /// <exception cref="HoneException">There is no room for it, or a record is damaged: nothing was changed.</exception>
    /// <exception cref="IOException">The disk reports an error.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was given up: nothing was changed.</exception>
    public void Run()
    {
        CollectionRows old = current.Reading(rows => rows);
        string left = CollectionRows.FolderOf(folder, old.Generation + 1);
        if (Directory.Exists(left))
            Directory.Delete(left, recursive: true); // of one that was given up
        CollectionRows next = new(description.Collection, folder, old.Generation + 1);
        bool isSwitched = false;
        try
        {
            Copy(old, next);
            next.KeepState();
            Copy(old, next);
            current.WithoutWriters(() =>
            {
                Copy(old, next);
                string[] deleted = [.. _copied.Rows().Where(row => !old.Live.Has(row)).Select(old.Stored.Id).Where(id => old.RowOf(id) < 0)];
                next.Apply(next.Delete(deleted, flushes: false));
                next.KeepState();
                (description with { Generation = next.Generation }).Write(folder);
                current.Switch(next);
                isSwitched = true;
                // Before anybody is told of a change of the new rows. If it fails the old ones only stay.
                DurableFolder.Flush(folder);
            });
        }
        catch
        {
            if (!isSwitched)
                next.Delete();
            throw;
        }

        current.Delete(old);
    }

    /// <summary>Copies the records from where it ended on to the last that there is now.</summary>
    void Copy(CollectionRows old, CollectionRows next)
    {
        int end = current.Reading(_ => old.Count);
        Array.Resize(ref _copied, (end + 63) / 64);
        for (; _end < end; _end = Math.Min(_end + RowsAtOnce, end))
        {
            cancel.ThrowIfCancellationRequested();
            next.Apply(next.Write(current.Reading(_ => Noted(old, Math.Min(_end + RowsAtOnce, end))), flushes: false));
        }
    }

    /// <summary>The records from where it ended on, noted as copied.</summary>
    VectorRecord[] Noted(CollectionRows old, int end)
    {
        for (int row = _end; row < end; row++)
        {
            if (old.Live.Has(row))
                _copied.Set(row);
        }

        return old.Records(_end, end);
    }
}
