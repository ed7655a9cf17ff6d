using Hone.Engine;
using Hone.Engine.Neighbours;

namespace Hone.Server.VectorStores.BuiltIn;

/// <summary>Does in the background what makes searches of a collection quick and its folder small, a piece at a time.</summary>
/// <param name="compact">Clears away the rows that are no records.</param>
/// <param name="usesSigns">Whether searches are by signs.</param>
sealed class Upkeep(CurrentRows current, Action compact, bool usesSigns, TimeProvider clock)
{
    /// <summary>After so many waits what makes searches quicker is made beside those who never stop writing.</summary>
    public const int MostWaits = 60;

    /// <summary>It is made once nothing was written for so long, so that it slows nobody who writes.</summary>
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>Where it failed it is tried again after so many rows more.</summary>
    const int RowsPerTry = 4096;

    readonly Lock _lock = new();
    Task _work = Task.CompletedTask;
    bool _isWorking, _isStopped;

    /// <summary>Done once somebody waits for the work.</summary>
    TaskCompletionSource _hurry = new();

    /// <summary>How many rows there were when it was looked last: it is quiet while there are no more.</summary>
    int _quietRows = current.Reading(rows => rows.Count);

    int _isTriedFrom;

    /// <summary>Begins what there is to do. Called after each change.</summary>
    public void Notice()
    {
        lock (_lock)
            Begin();
    }

    /// <summary>Waits until nothing is left to do.</summary>
    public Task SettleAsync()
    {
        lock (_lock)
        {
            Begin();
            _hurry.TrySetResult();
            return _work;
        }
    }

    /// <summary>Lets no work begin any more, and waits for the piece that is being done, however it ends.</summary>
    public async Task StopAsync()
    {
        Task work;
        lock (_lock)
        {
            _isStopped = true;
            _hurry.TrySetResult();
            work = _work;
        }

        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    void Begin()
    {
        if (_isWorking || _isStopped || !IsWanted())
            return;
        _isWorking = true;
        TaskCompletionSource hurry = _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _work = Task.Run(() => WorkAsync(hurry.Task));
    }

    bool IsWanted() => current.Reading(rows => rows.Count >= _isTriedFrom && (Compaction.IsDue(rows) || rows.Segments.Find(rows.Count, Lacks) is not null));

    bool Lacks(VectorSegment segment) => segment.LacksShadows || (usesSigns && segment.LacksSigns);

    async Task WorkAsync(Task hurry)
    {
        try
        {
            while (Next() is { } piece)
                await piece(hurry);
        }
        catch (Exception error)
        {
            lock (_lock)
                (_isWorking, _isTriedFrom) = (false, current.Reading(rows => rows.Count) + RowsPerTry);
            // A disk without room, or a damaged record, which those are told who read it: everything is right without this work. Who waits for it learns of anything else.
            if (error is not (HoneException or IOException or UnauthorizedAccessException or OperationCanceledException))
                throw;
        }
    }

    /// <summary>What is to be done next; null when there is nothing, and then the work has ended.</summary>
    Func<Task, Task>? Next()
    {
        lock (_lock)
        {
            (bool isDue, VectorSegment? segment) = current.Reading(rows => (Compaction.IsDue(rows), rows.Segments.Find(rows.Count, Lacks)));
            if (isDue)
                return _ => Task.Run(compact);
            if (segment is not null && !_isStopped)
                return hurry => QuickenAsync(segment, hurry);
            _isWorking = false;
            return null;
        }
    }

    /// <summary>Makes what a segment lacks, unless there are other things to do by the time that it is quiet.</summary>
    async Task QuickenAsync(VectorSegment segment, Task hurry)
    {
        bool lacksShadows = segment.LacksShadows && !segment.ReadShadows();
        if (!lacksShadows && !(usesSigns && segment.LacksSigns))
            return;
        await WaitUntilQuietAsync(hurry);
        (bool isDue, Func<ReadOnlySpan<float>, (float, float)[]> ranking) = current.Reading(rows => (Compaction.IsDue(rows), (Func<ReadOnlySpan<float>, (float, float)[]>)rows.Segments.Ranking));
        if (isDue || Volatile.Read(ref _isStopped))
            return;
        if (lacksShadows)
            segment.MakeShadows(ranking);
        else
            segment.MakeSigns(ranking);
    }

    /// <summary>Waits until nobody writes, or somebody waits for what there is to do.</summary>
    async Task WaitUntilQuietAsync(Task hurry)
    {
        for (int waits = 0; waits < MostWaits && !hurry.IsCompleted && !IsQuiet(); waits++)
            await Task.WhenAny(hurry, Task.Delay(Quiet, clock));
    }

    /// <summary>Whether nothing was put in since it was asked last; also when there is something more urgent.</summary>
    bool IsQuiet() =>
        current.Reading(rows =>
        {
            bool isQuiet = rows.Count == _quietRows || Compaction.IsDue(rows);
            _quietRows = rows.Count;
            return isQuiet;
        });
}
