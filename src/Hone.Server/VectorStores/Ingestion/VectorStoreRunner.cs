using Hone.Engine;
using Hone.Server.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hone.Server.VectorStores.Ingestion;

/// <summary>Takes files into their stores, the oldest first, and clears away what was removed; also what a former process left.</summary>
sealed class VectorStoreRunner(VectorStoreRows rows, StoreVectors vectors, FileIngestion ingestion, TimeProvider clock, ILogger<VectorStoreRunner> log) : BackgroundService
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim _news = new(0);

    /// <summary>Has a look at once, because something was attached or removed.</summary>
    public void Notice() => _news.Release();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Text.IsChinese = false;
        await Task.Yield();
        bool isTidy = false;
        while (true)
        {
            try
            {
                if (!isTidy)
                    await TidyAsync(stoppingToken);
                isTidy = true;
                await ClearAsync(stoppingToken);
                foreach (VectorStoreFile file in rows.Waiting())
                    await ingestion.RunAsync(file, stoppingToken);
            }
            catch (Exception problem) when (problem is HoneException or ApiError)
            {
                // Such as another server on this data folder, which works on it, or no room for the model.
                log.LogWarning("{Problem}", problem.Message);
                await Task.Delay(Period, clock, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                log.LogError(failure, "The files of vector stores will be looked at again.");
                await Task.Delay(Period, clock, stoppingToken);
            }

            if (rows.Waiting().Count == 0)
                await _news.WaitAsync(Period, stoppingToken);
        }
    }

    /// <summary>Deletes vectors of stores that the database does not know.</summary>
    async Task TidyAsync(CancellationToken cancel)
    {
        foreach (string store in await vectors.StoresAsync(cancel))
        {
            if (!rows.Exists(store))
                await vectors.DropAsync(store, cancel);
        }
    }

    async Task ClearAsync(CancellationToken cancel)
    {
        rows.RemoveMissing();
        foreach (VectorStoreFile file in rows.Removed())
        {
            await vectors.DeleteAsync(file.Store, file.Id, 0, cancel);
            rows.Forget(file.Store, file.Id);
        }

        foreach ((string store, bool isRemoved) in rows.Gone())
        {
            await vectors.DropAsync(store, cancel);
            if (isRemoved)
                rows.Forget(store);
        }
    }

    public override void Dispose()
    {
        _news.Dispose();
        base.Dispose();
    }
}
