using System.Data.Common;
using Hone.Server.FineTuning;
using Hone.Server.Http;
using Hone.Server.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hone.Server.Jobs;

/// <summary>Starts a worker for each job whose turn it is, and again for one whose worker died.</summary>
sealed class JobSupervisor(JobTurns turns, JobStore jobs, ModelRegistry models, JobQueueSignal signal, IJobLauncher launcher, ServerOptions options, ServerSettings settings, ILogger<JobSupervisor> log) : BackgroundService
{
    /// <summary>How soon jobs are seen that other processes made or left.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    readonly int _atOnce = options.JobsAtOnce ?? settings.Jobs.AtOnce;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Task> workers = [];
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Run(() => AbandonedJobs.ClearUp(options.Data, jobs, options.Clock, () => models), stoppingToken);
                while (!stoppingToken.IsCancellationRequested && await Task.Run(() => turns.Reserve(_atOnce), stoppingToken) is var (job, holder))
                    workers.Add(RunAsync(job, holder, stoppingToken));
                workers.RemoveAll(worker => worker.IsCompleted);
                await WaitAsync(workers, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                log.LogError(failure, "The queue of jobs could not be read.");
                await Task.Delay(TimeSpan.FromSeconds(5), options.Clock, CancellationToken.None);
            }
        }

        await Task.WhenAll(workers);
    }

    /// <summary>Until a worker ends, the queue has changed, or the interval is over.</summary>
    async Task WaitAsync(List<Task> workers, CancellationToken cancel)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny([signal.WaitAsync(Interval, waiting.Token), .. workers]);
        await waiting.CancelAsync();
        cancel.ThrowIfCancellationRequested();
    }

    /// <summary>What cannot be given back now, because the disk is full or the database gone, is free again when its lease ends.</summary>
    void Release(string job, string holder)
    {
        try
        {
            turns.Release(job, holder);
        }
        catch (DbException failure)
        {
            log.LogError(failure, "{Job} could not be given back to the queue yet.", job);
        }
    }

    async Task RunAsync(string job, string holder, CancellationToken stop)
    {
        try
        {
            if (await Task.Run(() => launcher.RunAsync(job, holder, _atOnce, stop), CancellationToken.None))
                return;
            // A job that its worker refused is at its end, and no worker goes on with it.
            if (jobs.Get(job) is { Status: JobStatus.Failed, Error.Message: var reason })
                log.LogWarning("{Job} failed: {Reason}", job, reason);
            else
                log.LogWarning("The worker of {Job} ended unexpectedly. Another one goes on from its last checkpoint.", job);
        }
        catch (Exception failure)
        {
            log.LogError(failure, "No worker could be started for {Job}.", job);
        }
        finally
        {
            Release(job, holder);
        }
    }
}
