using System.Collections.Concurrent;
using System.Data.Common;
using Hone.Engine.Training;
using Hone.Server.FineTuning;
using Hone.Server.Storage;

namespace Hone.Server.Jobs;

/// <summary>While a job is worked on: keeps its lease, writes its steps a few times a second, and notices that somebody cancelled or paused it.</summary>
sealed class JobWatch : IDisposable
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan RenewalInterval = JobTurns.LeaseTime / 5;

    readonly JobLease _lease;
    readonly JobStatus _expected;
    readonly TimeProvider _clock;
    readonly Action<DatabaseSession, StepMetrics> _write;
    readonly CancellationTokenSource _stop;
    readonly ConcurrentQueue<StepMetrics> _steps = new();
    readonly Lock _gate = new();
    readonly ManualResetEventSlim _end = new();
    readonly Thread _thread;
    long _renewed;

    /// <param name="expected">The status of the job for as long as nobody interferes.</param>
    /// <param name="write">Writes a step's event.</param>
    /// <param name="cancel">Stops the work for other reasons.</param>
    public JobWatch(JobLease lease, JobStatus expected, Action<DatabaseSession, StepMetrics> write, TimeProvider clock, CancellationToken cancel)
    {
        (_lease, _expected, _clock, _write) = (lease, expected, clock, write);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _renewed = clock.GetTimestamp();
        _thread = new Thread(Watch) { IsBackground = true, Name = "job watch" };
        _thread.Start();
    }

    /// <summary>Cancelled when the work is to stop.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Keeps a step to be written, and looks whether it was the last one: a wish to stop is heard at the next step.</summary>
    public void Step(StepMetrics step)
    {
        _steps.Enqueue(step);
        Attempt(() => StopUnless(_lease.Status));
    }

    /// <summary>Writes what is left.</summary>
    public void Flush()
    {
        lock (_gate)
            Write();
    }

    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        _end.Dispose();
        _stop.Dispose();
    }

    void Watch()
    {
        while (!_end.Wait(Interval))
        {
            Attempt(() =>
            {
                lock (_gate)
                {
                    if (!_steps.IsEmpty || _clock.GetElapsedTime(_renewed) >= RenewalInterval)
                        Write();
                    else
                        StopUnless(_lease.Status);
                }
            });
        }
    }

    void Write()
    {
        StepMetrics[] steps = [.. _steps];
        DateTimeOffset? finish = steps is [.., { } last] ? _clock.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(last.SecondsLeft, TimeSpan.FromDays(3650).TotalSeconds)) : null;
        JobStatus? status = _lease.Renew(
            session =>
            {
                foreach (StepMetrics step in steps)
                    _write(session, step);
            },
            finish,
            hasProgress: steps.Length > 0);
        for (int i = 0; i < steps.Length; i++)
            _steps.TryDequeue(out _);
        _renewed = _clock.GetTimestamp();
        StopUnless(status);
    }

    void StopUnless(JobStatus? status)
    {
        if (status != _expected)
            _stop.Cancel();
    }

    // A database that cannot be reached for a while stops no training: what was not written is written later.
    static void Attempt(Action work)
    {
        try
        {
            work();
        }
        catch (DbException) { }
    }
}
