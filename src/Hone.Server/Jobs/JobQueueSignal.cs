namespace Hone.Server.Jobs;

/// <summary>Tells the supervisor of this process that the queue has changed; silent where there is none.</summary>
sealed class JobQueueSignal : IDisposable
{
    readonly SemaphoreSlim _changes = new(0, 1);

    public void Wake()
    {
        try
        {
            _changes.Release();
        }
        catch (SemaphoreFullException)
        {
            // Nobody has looked since the last time: they will see both changes.
        }
    }

    /// <summary>Until the queue has changed, or the time is over.</summary>
    public Task WaitAsync(TimeSpan timeout, CancellationToken cancel) => _changes.WaitAsync(timeout, cancel);

    public void Dispose() => _changes.Dispose();
}
