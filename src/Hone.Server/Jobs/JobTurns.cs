using Hone.Engine;
using Hone.Server.FineTuning;
using Hone.Server.Storage;

namespace Hone.Server.Jobs;

/// <summary>Decides which job is worked on next, and by whom: a worker holds a lease on its job, and who lets it end loses it.</summary>
public sealed class JobTurns(JobStore store, TimeProvider clock)
{
    /// <summary>After so long without a word, a worker of another machine counts as dead. Clocks of machines over one database differ by less.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(20);

    /// <summary>Starts without a single new step after which a job is given up.</summary>
    public const int MostAttempts = 8;

    /// <summary>This process, as the worker of a job that it makes for itself.</summary>
    public static string ThisWorker => WorkerName.Current;

    const string Columns = "sequence, id, organisation, status, queued_at, started_at, worker, lease_until, attempts";

    /// <summary>Stands for the worker of a job that is given up, until it is cleared up after.</summary>
    const string Nobody = "nobody";

    const string Active = "('validating_files', 'queued', 'running')";
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Takes the job whose turn it is, for a worker that is to be started; null when there is none, or no place.</summary>
    /// <param name="atOnce">How many jobs may run at once.</param>
    /// <returns>The job, and the name under which it is held until its worker takes it.</returns>
    public (string Job, string Holder)? Reserve(int atOnce) =>
        store.Database.Write<(string, string)?>(session =>
        {
            DateTimeOffset now = clock.GetUtcNow();
            List<QueuedJob> jobs = Read(session, now);
            GiveUp(session, jobs);
            if (Next(session, jobs, atOnce, now) is not { } next)
                return null;
            string holder = $"{WorkerName.Current}/{Guid.NewGuid():N}";
            Hold(session, next, holder, now);
            return (next.Id, holder);
        });

    /// <summary>Makes this process the worker of a job.</summary>
    /// <param name="holder">Who reserved the job for it; null for a job that anyone may take.</param>
    /// <exception cref="HoneException">Another worker holds it.</exception>
    public JobLease Take(string id, string? holder)
    {
        string worker = $"{WorkerName.Current}/{Guid.NewGuid():N}";
        store.Database.Write(session =>
        {
            DateTimeOffset now = clock.GetUtcNow();
            QueuedJob job = Read(session, now, id) ?? throw new HoneException(Text.Of($"The job {id} is in use.", $"任务 {id} 正在使用。"));
            if (!job.IsFree && job.Worker != holder)
                throw new HoneException(Text.Of($"Another process is running the job {id} ({job.Worker}). Wait for it, or stop it first.", $"另一个进程（{job.Worker}）正在运行任务 {id}。请等待它结束，或先停止它。"));
            Hold(session, job, worker, now, isRestart: job.Worker is not null && job.Worker != holder);
        });
        return new JobLease(store, clock, id, worker);
    }

    /// <summary>Gives back what was reserved for a worker that did not come.</summary>
    public void Release(string id, string holder) =>
        store.Database.Write(session => session.Execute("UPDATE jobs SET worker = NULL, lease_until = NULL WHERE id = @Id AND worker = @Holder", new { Id = id, Holder = holder }));

    /// <summary>Jobs that were begun and not ended and whose process is gone: a queue goes on with them, and where there is none, nobody does.</summary>
    public IReadOnlySet<string> Left() =>
        store.Database.Read(session => Read(session, clock.GetUtcNow()))
            .Where(job => job.IsFree && (job.Worker is not null || job.Status == JobStatus.Running.Name))
            .Select(job => job.Id)
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>Cancelled and failed jobs whose worker is gone and did not give them back, and that worker.</summary>
    internal IReadOnlyList<(string Job, string Worker)> Abandoned() =>
        store.Database.Read(session =>
            session.List<QueuedJob>($"SELECT {Columns} FROM jobs WHERE status IN ('cancelled', 'failed') AND worker IS NOT NULL")
                .Select(job => job.At(clock.GetUtcNow()))
                .Where(job => job.IsFree)
                .Select(job => (job.Id, job.Worker!))
                .ToArray());

    /// <summary>Whether a job whose files are validated may run now: it is its turn, and there is a place. Asked in the transaction that begins it.</summary>
    internal bool IsTurnOf(DatabaseSession session, string id, int atOnce)
    {
        DateTimeOffset now = clock.GetUtcNow();
        List<QueuedJob> jobs = [.. Read(session, now).Select(job => job.Id == id ? job with { Status = JobStatus.Queued.Name, IsFree = true, Attempts = 0 } : job)];
        return Place(session, jobs, atOnce, now)?.Id == id;
    }

    static List<QueuedJob> Read(DatabaseSession session, DateTimeOffset now) =>
        [.. session.List<QueuedJob>($"SELECT {Columns} FROM jobs WHERE status IN {Active} ORDER BY queued_at, sequence").Select(job => job.At(now))];

    static QueuedJob? Read(DatabaseSession session, DateTimeOffset now, string id) =>
        session.Find<QueuedJob>($"SELECT {Columns} FROM jobs WHERE id = @Id", new { Id = id })?.At(now);

    static QueuedJob? Next(DatabaseSession session, List<QueuedJob> jobs, int atOnce, DateTimeOffset now)
    {
        List<QueuedJob> validating = jobs.FindAll(job => job.Status == JobStatus.ValidatingFiles.Name);
        QueuedJob? unread = validating.Find(job => job.IsReady(now));
        return unread is not null && validating.Count(job => !job.IsFree) < atOnce ? unread : Place(session, jobs, atOnce, now);
    }

    /// <summary>
    /// A job that was interrupted goes on first. Then the organisation with the fewest running jobs has its turn; among equals the one whose last job began longest ago; of its jobs the one that waits longest.
    /// </summary>
    static QueuedJob? Place(DatabaseSession session, List<QueuedJob> jobs, int atOnce, DateTimeOffset now)
    {
        List<QueuedJob> placed = jobs.FindAll(job => !job.IsFree && job.Status != JobStatus.ValidatingFiles.Name);
        if (placed.Count >= atOnce)
            return null;
        List<QueuedJob> ready = jobs.FindAll(job => job.IsReady(now) && job.Status != JobStatus.ValidatingFiles.Name);
        if (ready.Find(job => job.Status == JobStatus.Running.Name) is { } interrupted)
            return interrupted;
        Dictionary<string, long> lastStarts = session
            .List<LastStart>("SELECT organisation, MAX(started_at) AS at FROM jobs WHERE started_at IS NOT NULL GROUP BY organisation")
            .ToDictionary(start => start.Organisation, start => start.At, StringComparer.Ordinal);
        return ready
            .OrderBy(job => placed.Count(other => other.Organisation == job.Organisation))
            .ThenBy(job => lastStarts.GetValueOrDefault(job.Organisation))
            .ThenBy(job => job.QueuedAt)
            .ThenBy(job => job.Sequence)
            .FirstOrDefault();
    }

    static void Hold(DatabaseSession session, QueuedJob job, string holder, DateTimeOffset now, bool isRestart = true) =>
        session.Execute(
            "UPDATE jobs SET worker = @Holder, lease_until = @Until, started_at = @Now, attempts = @Attempts WHERE id = @Id",
            new { job.Id, Holder = holder, Until = now + LeaseTime, Now = now, Attempts = job.Attempts + (isRestart ? 1 : 0) });

    /// <summary>A job whose workers only ever die ends here: another try would not fare better.</summary>
    void GiveUp(DatabaseSession session, List<QueuedJob> jobs)
    {
        foreach (QueuedJob job in jobs.Where(job => job.IsFree && job.Attempts >= MostAttempts).ToArray())
        {
            JobError error = new("worker_failed", $"The worker of this job ended unexpectedly {job.Attempts} times without a single new step. There may be too little memory for the model; the log of the server says more.", null);
            JobRecord record = JobStore.Find(session, job.Id, organisation: null)! with { Error = error, FinishedAt = clock.GetUtcNow() };
            session.Execute("UPDATE jobs SET status = @Status, record = @Record, worker = @Nobody WHERE id = @Id", new { job.Id, Status = JobStatus.Failed.Name, Record = JobStore.Serialize(record), Nobody });
            store.Append(session, job.Id, error.Message, JobEvent.Error);
            jobs.Remove(job);
        }
    }

    sealed record LastStart
    {
        public string Organisation { get; init; } = "";

        public long At { get; init; }
    }

    sealed record QueuedJob
    {
        public long Sequence { get; init; }

        public string Id { get; init; } = "";

        public string Organisation { get; init; } = "";

        public string Status { get; init; } = "";

        public DateTimeOffset QueuedAt { get; init; }

        public DateTimeOffset? StartedAt { get; init; }

        public string? Worker { get; init; }

        public DateTimeOffset? LeaseUntil { get; init; }

        public int Attempts { get; init; }

        /// <summary>Whether nobody works on it.</summary>
        public bool IsFree { get; init; }

        public QueuedJob At(DateTimeOffset now) => this with { IsFree = Worker is null || LeaseUntil <= now || WorkerName.IsGone(Worker) };

        /// <summary>Whether it may be taken: after starts that led nowhere it waits longer each time.</summary>
        public bool IsReady(DateTimeOffset now) =>
            IsFree && (Attempts < 2 || StartedAt is not { } started || now >= started + TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, Attempts - 2))));
    }
}
