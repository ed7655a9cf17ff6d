using System.Collections.Concurrent;
using Hone.Engine;
using Hone.Server.Files;
using Hone.Server.Http;
using Hone.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hone.Server.Batches;

/// <summary>Works on the batches that are not finished, a few at a time, the oldest first; also on those that a former process left.</summary>
sealed class BatchRunner(DataFolder data, BatchStore batches, FileStore files, InProcessRequests requests, TimeProvider clock, ILogger<BatchRunner> log) : BackgroundService
{
    const int AtOnce = 4;
    static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<string, Running> _running = new(StringComparer.Ordinal);
    readonly SemaphoreSlim _news = new(0);

    sealed record Running(Task Task, CancellationTokenSource Cancelled);

    /// <summary>Has a look at once, because a batch was made or cancelled.</summary>
    public void Notice() => _news.Release();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Text.IsChinese = false;
        try
        {
            Attempt(Tidy);
            while (true)
            {
                Attempt(() => Look(stoppingToken));
                await _news.WaitAsync(Period, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(_running.Values.Select(running => running.Task));
        }
    }

    void Attempt(Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure)
        {
            log.LogError(failure, "The batches could not be looked at.");
        }
    }

    /// <summary>Deletes what a process left that ended right after a batch did.</summary>
    void Tidy()
    {
        if (!Directory.Exists(data.Batches))
            return;
        // Read before the batches: the folder of one that another server begins meanwhile is not among them.
        string[] folders = Directory.GetDirectories(data.Batches);
        HashSet<string> open = [.. batches.Open().Select(batch => batch.Id)];
        foreach (string folder in folders.Where(folder => !open.Contains(Path.GetFileName(folder))))
            Directory.Delete(folder, recursive: true);
    }

    void Look(CancellationToken stopped)
    {
        foreach (Batch batch in batches.Open())
        {
            if (_running.TryGetValue(batch.Id, out Running? running))
            {
                if (batch.Status == Batch.Cancelling)
                    running.Cancelled.Cancel();
            }
            else if (_running.Count < AtOnce)
            {
                CancellationTokenSource cancelled = new();
                _running[batch.Id] = new Running(Task.Run(() => WorkAsync(batch.Id, stopped, cancelled.Token), CancellationToken.None), cancelled);
            }
        }
    }

    async Task WorkAsync(string id, CancellationToken stopped, CancellationToken cancelled)
    {
        try
        {
            await new BatchRun(id, data, batches, files, requests, clock).RunAsync(stopped, cancelled);
        }
        catch (OperationCanceledException)
        {
            // The server stops; the next one goes on.
        }
        catch (HoneException problem)
        {
            // Such as another server on this data folder that works on it.
            log.LogWarning("{Batch}: {Problem}", id, problem.Message);
            await Task.Delay(Period, clock, CancellationToken.None);
        }
        catch (Exception failure)
        {
            log.LogError(failure, "{Batch} was interrupted and will be tried again.", id);
            await Task.Delay(Period, clock, CancellationToken.None);
        }
        finally
        {
            _running.TryRemove(id, out _);
        }
    }

    public override void Dispose()
    {
        _news.Dispose();
        base.Dispose();
    }
}
