using Hone.Server.FineTuning;
using Hone.Server.Storage;

namespace Hone.Server.Jobs;

/// <summary>The right of this process to work on a job, for as long as it keeps saying so. What it writes counts only while it has that right.</summary>
public sealed class JobLease
{
    readonly JobStore _store;
    readonly TimeProvider _clock;
    readonly string _worker;

    internal JobLease(JobStore store, TimeProvider clock, string job, string worker) => (_store, _clock, Job, _worker) = (store, clock, job, worker);

    public string Job { get; }

    /// <summary>Where the job stands now; null when this process has it no more.</summary>
    public JobStatus? Status =>
        _store.Database.Read(session => session.Find<string>("SELECT status FROM jobs WHERE id = @Job AND worker = @Worker", new { Job, Worker = _worker })) is { } name ? JobStatusNames.Parse(name) : null;

    /// <summary>Keeps the lease, and what happened since.</summary>
    /// <param name="work">Writes it, in the same transaction; nothing is told of a job that has ended.</param>
    /// <returns>Where the job stands; null when this process has it no more, and nothing was written.</returns>
    internal JobStatus? Renew(Action<DatabaseSession>? work = null, DateTimeOffset? estimatedFinish = null, bool hasProgress = false) =>
        _store.Database.Write<JobStatus?>(session =>
        {
            var row = new { Job, Worker = _worker, Until = _clock.GetUtcNow() + JobTurns.LeaseTime, EstimatedFinish = estimatedFinish };
            if (session.Find<string>("SELECT status FROM jobs WHERE id = @Job AND worker = @Worker", row) is not { } name)
                return null;
            JobStatus status = JobStatusNames.Parse(name);
            string set = hasProgress && !status.IsFinal ? ", estimated_finish = @EstimatedFinish, attempts = 0" : "";
            session.Execute($"UPDATE jobs SET lease_until = @Until{set} WHERE id = @Job", row);
            if (!status.IsFinal)
                work?.Invoke(session);
            return status;
        });

    /// <summary>Keeps what is known about the job, whatever others did to its status.</summary>
    internal void Keep(JobRecord job) =>
        _store.Database.Write(session => session.Execute("UPDATE jobs SET record = @Record WHERE id = @Job AND worker = @Worker", new { Job, Worker = _worker, Record = JobStore.Serialize(job) }));

    /// <summary>Moves the job from one status to that of the record, with what belongs to it.</summary>
    /// <param name="condition">Whether it may be; asked in the transaction.</param>
    /// <exception cref="JobTakenException">Its status is another by now, the lease is lost, or the condition does not hold.</exception>
    internal JobRecord Advance(JobRecord job, JobStatus from, Action<DatabaseSession>? work = null, Func<DatabaseSession, bool>? condition = null) =>
        _store.Database.Write(session =>
        {
            if (condition?.Invoke(session) == false)
                throw new JobTakenException();
            Advance(session, job, from);
            work?.Invoke(session);
            return job;
        });

    /// <inheritdoc cref="Advance(JobRecord, JobStatus, Action{DatabaseSession}?, Func{DatabaseSession, bool}?)"/>
    internal JobRecord Advance(DatabaseSession session, JobRecord job, JobStatus from)
    {
        var row = new { Job, Worker = _worker, From = from.Name, To = job.Status.Name, Record = JobStore.Serialize(job) };
        int changed = session.Execute("UPDATE jobs SET record = @Record, status = @To, estimated_finish = NULL WHERE id = @Job AND worker = @Worker AND status = @From", row);
        return changed == 1 ? job : throw new JobTakenException();
    }

    /// <summary>Ends the lease. A worker that does so is alive: its start counts as no failed attempt.</summary>
    internal void Release() =>
        _store.Database.Write(session => session.Execute("UPDATE jobs SET worker = NULL, lease_until = NULL, estimated_finish = NULL, attempts = 0 WHERE id = @Job AND worker = @Worker", new { Job, Worker = _worker }));
}

/// <summary>The job is not this process's to go on with: somebody cancelled or paused it, it has to wait for its turn, or another worker has it.</summary>
sealed class JobTakenException : OperationCanceledException;
