using Hone.Engine;
using Hone.Server.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hone.Server.VectorStores.Ingestion;

/// <summary>Takes files into their stores, the oldest of each first, and clears away what was removed; also what a former process left.</summary>
sealed class VectorStoreRunner(VectorStoreRows rows, StoreVectors vectors, FileIngestion ingestion, TimeProvider clock, ILogger<VectorStoreRunner> log) : BackgroundService
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim _news = new(0);

    /// <summary>Problems that were said and still last: each is said once.</summary>
    readonly HashSet<string> _said = new(StringComparer.Ordinal);
    bool _isTidy, _isWell;

    /// <summary>Has a look at once, because something was attached or removed.</summary>
    public void Notice() => _news.Release();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Text.IsChinese = false;
        await Task.Yield();
        while (true)
        {
            _isWell = true;
            await TryAsync(() => TidyAsync(stoppingToken));
            await TryAsync(() => ClearAsync(stoppingToken));
            await TryAsync(() => TakeAsync(stoppingToken));
            await TryAsync(() => RestAsync(stoppingToken));
            if (_isWell)
                _said.Clear();
            else
                await Task.Delay(Period, clock, stoppingToken);
        }
    }

    /// <summary>Notes what goes wrong, which is tried again later and meanwhile keeps nothing else from being done.</summary>
    async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception problem) when (problem is HoneException or ApiError)
        {
            // Such as another server on this data folder, which works on it, or no room for the model.
            _isWell = false;
            if (_said.Add(problem.Message))
                log.LogWarning("{Problem}", problem.Message);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _isWell = false;
            if (_said.Add(failure.ToString()))
                log.LogError(failure, "The files of vector stores will be looked at again.");
        }
    }

    /// <summary>Deletes vectors of stores that the database does not know, once.</summary>
    async Task TidyAsync(CancellationToken cancel)
    {
        if (_isTidy)
            return;
        foreach (string store in await vectors.StoresAsync(cancel))
        {
            if (!rows.Exists(store))
                await vectors.DropAsync(store, cancel);
        }

        _isTidy = true;
    }

    /// <summary>Deletes the vectors of what was removed.</summary>
    async Task ClearAsync(CancellationToken cancel)
    {
        rows.RemoveMissing();
        foreach (VectorStoreFile file in rows.Removed())
        {
            await TryAsync(async () =>
            {
                await vectors.DeleteAsync(file.Store, file.Id, 0, cancel);
                rows.Forget(file.Store, file.Id);
            });
        }

        foreach ((string store, bool isRemoved) in rows.Gone())
        {
            await TryAsync(async () =>
            {
                await vectors.DropAsync(store, cancel);
                if (isRemoved)
                    rows.Forget(store);
            });
        }
    }

    /// <summary>Takes the oldest files into each store that has any waiting.</summary>
    async Task TakeAsync(CancellationToken cancel)
    {
        foreach (string store in rows.WaitingStores())
        {
            foreach (VectorStoreFile file in rows.Waiting(store))
                await TryAsync(() => ingestion.RunAsync(file, cancel));
        }
    }

    /// <summary>Waits for news where nothing is left to do.</summary>
    async Task RestAsync(CancellationToken cancel)
    {
        if (_isWell && rows.WaitingStores().Count == 0)
            await _news.WaitAsync(Period, cancel);
    }

    public override void Dispose()
    {
        _news.Dispose();
        base.Dispose();
    }
}
