using System.Text.Json;
using Hone.Engine;
using Hone.Server.Http;
using Hone.Server.Storage;

namespace Hone.Server.FineTuning;

/// <summary>The jobs of a database, their events and their checkpoints. Who works on them is in <see cref="Jobs.JobTurns"/>.</summary>
public sealed class JobStore(Database database, TimeProvider clock)
{
    const string Columns = "sequence, id, status, estimated_finish, record";

    public Database Database { get; } = database;

    /// <summary>Keeps a new job, with its first events.</summary>
    /// <param name="worker">Who begins with it at once; null for the queue.</param>
    /// <param name="request">What made it; null when that was no request of a client that repeats itself.</param>
    /// <returns>The job; the one that the same request made before, when it is a retry.</returns>
    public JobRecord Create(JobRecord job, string? worker = null, RequestMark? request = null) =>
        Database.Write(session =>
        {
            if (request is not null && FindMade(session, request) is { } made)
                return made;
            RequireFiles(session, job);
            DateTimeOffset now = clock.GetUtcNow();
            session.Execute(
                """
                INSERT INTO jobs (id, organisation, project, status, created_at, queued_at, worker, lease_until, request_key, request_hash, record)
                VALUES (@Id, @Organisation, @Project, @Status, @CreatedAt, @Now, @Worker, @LeaseUntil, @RequestKey, @RequestHash, @Record)
                """,
                new
                {
                    job.Id,
                    job.Organisation,
                    job.Project,
                    Status = job.Status.Name,
                    job.CreatedAt,
                    Now = now,
                    Worker = worker,
                    LeaseUntil = worker is null ? (DateTimeOffset?)null : now + Jobs.JobTurns.LeaseTime,
                    RequestKey = request?.Key,
                    RequestHash = request?.Hash,
                    Record = Serialize(job),
                });
            string validation = job.ValidationFile is { } file ? $" and validation file: {file.Label}" : "";
            string replay = job.ReplayFile is { } general ? $" and replay file: {general.Label}" : "";
            Append(session, job.Id, $"Created fine-tuning job: {job.Id}", data: "{}");
            Append(session, job.Id, $"Validating training file: {job.TrainingFile.Label}{validation}{replay}", data: "{}");
            return job;
        });

    /// <param name="organisation">Whose job it must be; null for anyone's.</param>
    public JobRecord? Find(string id, string? organisation = null) => Database.Read(session => Find(session, id, organisation));

    /// <summary>A job that exists.</summary>
    public JobRecord Get(string id) =>
        Find(id) ?? throw new HoneException(Text.Of(
            $"There is no job {id} in this data folder. Check the id, or name the data folder with --data.",
            $"该数据文件夹中没有任务 {id}。请检查标识，或用 --data 指定数据文件夹。"));

    /// <summary>The newest jobs first.</summary>
    /// <param name="organisation">Whose; null for everyone's.</param>
    /// <param name="after">The id of a job: those made before it.</param>
    /// <param name="matches">Which to take; null for all.</param>
    public IReadOnlyList<JobRecord> List(string? organisation, string? after, int count, Func<JobRecord, bool>? matches = null) =>
        Database.Read(session =>
        {
            List<JobRecord> found = [];
            long before = after is null ? long.MaxValue : session.Find<long>("SELECT sequence FROM jobs WHERE id = @After", new { After = after });
            while (found.Count < count)
            {
                const int batch = 100;
                IReadOnlyList<JobRow> rows = session.List<JobRow>(
                    $"SELECT {Columns} FROM jobs WHERE sequence < @Before AND (@Organisation IS NULL OR organisation = @Organisation) ORDER BY sequence DESC LIMIT {batch}",
                    new { Before = before, Organisation = organisation });
                found.AddRange(rows.Select(row => row.ToRecord()).Where(job => matches?.Invoke(job) ?? true));
                if (rows.Count < batch)
                    break;
                before = rows[^1].Sequence;
            }

            return found.Count > count ? found[..count] : found;
        });

    /// <summary>Ends a job for good. A worker hears of it at its next step.</summary>
    /// <returns>The job; null when it has ended already.</returns>
    public JobRecord? Cancel(string id) => Change(id, job => !job.Status.IsFinal, _ => JobStatus.Cancelled, "The job was cancelled");

    /// <summary>Lets a job wait until it is resumed. A worker keeps a checkpoint at its next step.</summary>
    /// <returns>The job; null when it is not to be worked on.</returns>
    public JobRecord? Pause(string id) => Change(id, job => job.Status.IsActive, _ => JobStatus.Paused, "The job was paused");

    /// <summary>Puts a paused job back into the queue; also one that a full disk ended, because there may be room again.</summary>
    /// <returns>The job; null when there is nothing to resume.</returns>
    public JobRecord? Resume(string id) =>
        Change(
            id,
            job => job.Status == JobStatus.Paused || (job.Status == JobStatus.Failed && job.Error?.Code == JobProblems.DiskFull),
            job => job.Start is null ? JobStatus.ValidatingFiles : JobStatus.Queued,
            "The job was resumed");

    /// <summary>Forgets a job that has ended, its events and its list of checkpoints.</summary>
    /// <returns>False when it has not ended, or a worker still has it.</returns>
    internal bool Delete(string id) =>
        Database.Write(session =>
        {
            if (!MayDelete(session, id))
                return false;
            session.Execute("DELETE FROM job_events WHERE job = @Id", new { Id = id });
            session.Execute("DELETE FROM job_checkpoints WHERE job = @Id", new { Id = id });
            session.Execute("DELETE FROM jobs WHERE id = @Id", new { Id = id });
            return true;
        });

    /// <summary>Whether a job has ended and no worker has it.</summary>
    internal bool MayDelete(string id) => Database.Read(session => MayDelete(session, id));

    static bool MayDelete(DatabaseSession session, string id) =>
        session.Find<int>("SELECT 1 FROM jobs WHERE id = @Id AND status IN ('succeeded', 'failed', 'cancelled') AND worker IS NULL", new { Id = id }) == 1;

    JobRecord? Change(string id, Func<JobRecord, bool> isPossible, Func<JobRecord, JobStatus> status, string message) =>
        Database.Write(session =>
        {
            if (Find(session, id, organisation: null) is not { } job || !isPossible(job))
                return null;
            job = job with { Status = status(job), Error = null, FinishedAt = null, EstimatedFinish = null };
            session.Execute(
                "UPDATE jobs SET status = @Status, queued_at = @Now, attempts = 0, estimated_finish = NULL, record = @Record WHERE id = @Id",
                new { Id = id, Status = job.Status.Name, Now = clock.GetUtcNow(), Record = Serialize(job) });
            Append(session, id, message);
            return job;
        });

    /// <summary>The newest events first.</summary>
    /// <param name="after">The id of an event of the job: those before it.</param>
    public IReadOnlyList<JobEvent> Events(string job, string? after, int count) =>
        Database.Read(session => session.List<JobEvent>(
            """
            SELECT sequence, id, created_at, level, message, step, data FROM job_events
            WHERE job = @Job AND (@After IS NULL OR sequence < (SELECT sequence FROM job_events WHERE id = @After AND job = @Job))
            ORDER BY sequence DESC LIMIT @Count
            """,
            new { Job = job, After = after, Count = count }));

    /// <summary>Events in the order in which they happened.</summary>
    /// <param name="after">The sequence of the last event that is known; 0 for none.</param>
    public IReadOnlyList<JobEvent> EventsSince(string job, long after, int count = 1000) =>
        Database.Read(session => session.List<JobEvent>(
            "SELECT sequence, id, created_at, level, message, step, data FROM job_events WHERE job = @Job AND sequence > @After ORDER BY sequence LIMIT @Count",
            new { Job = job, After = after, Count = count }));

    /// <summary>The last step that has an event; 0 for none.</summary>
    internal int LastStep(string job) => Database.Read(session => session.Value<int>("SELECT COALESCE(MAX(step), 0) FROM job_events WHERE job = @Job", new { Job = job }));

    /// <summary>The checkpoints of a job that are models, the highest step first.</summary>
    /// <param name="after">The id of one of them: those of lower steps.</param>
    public IReadOnlyList<KeptCheckpoint> Checkpoints(string job, string? after, int count) =>
        [
            .. Database.Read(session => session.List<CheckpointRow>(
                """
                SELECT created_at, metrics FROM job_checkpoints
                WHERE job = @Job AND (@After IS NULL OR step < (SELECT step FROM job_checkpoints WHERE id = @After AND job = @Job))
                ORDER BY step DESC LIMIT @Count
                """,
                new { Job = job, After = after, Count = count }))
                .Select(row => new KeptCheckpoint(JsonSerializer.Deserialize<JobCheckpoint>(row.Metrics, JobRecord.Json)!, row.CreatedAt)),
        ];

    /// <summary>The id of a job that is not finished and reads an uploaded file; null when there is none.</summary>
    internal static string? FindUserOf(DatabaseSession session, string file) => Unfinished(session).FirstOrDefault(job => job.Files.Any(read => read.Id == file))?.Id;

    /// <summary>A job of anybody's that is not finished and trains a model, or begins from it; null when there is none.</summary>
    /// <param name="isModel">Whether a name is that model's.</param>
    public JobRecord? FindTrainerOf(Func<string, bool> isModel) =>
        Database.Read(Unfinished).FirstOrDefault(job => isModel(job.Model) || (job.Start is { } start && (isModel(start.Model) || isModel(start.Base))));

    static IEnumerable<JobRecord> Unfinished(DatabaseSession session) =>
        session.List<JobRow>($"SELECT {Columns} FROM jobs WHERE status NOT IN ('succeeded', 'failed', 'cancelled') ORDER BY sequence").Select(row => row.ToRecord());

    internal static JobRecord? Find(DatabaseSession session, string id, string? organisation) =>
        session.Find<JobRow>($"SELECT {Columns} FROM jobs WHERE id = @Id AND (@Organisation IS NULL OR organisation = @Organisation)", new { Id = id, Organisation = organisation })?.ToRecord();

    /// <summary>Adds an event; that of a step which has one already is left out: a step that is done again after a crash gives the same numbers.</summary>
    internal void Append(DatabaseSession session, string job, string message, string level = JobEvent.Info, int? step = null, string? data = null) =>
        session.Execute(
            """
            INSERT INTO job_events (id, job, created_at, level, message, step, data) VALUES (@Id, @Job, @Now, @Level, @Message, @Step, @Data)
            ON CONFLICT (job, step) DO NOTHING
            """,
            new { Id = Ids.New("ftevent-"), Job = job, Now = clock.GetUtcNow(), Level = level, Message = StoredText.Of(message), Step = step, Data = data });

    /// <summary>Adds what is told at the end of a job that succeeded, and its checkpoints, which are there from now on.</summary>
    internal void AppendEnd(DatabaseSession session, JobRecord job)
    {
        if (job.Replay is { } replay)
            Append(session, job.Id, replay.DescribeResult(job.TrainedTokens));
        foreach (JobCheckpoint checkpoint in job.Checkpoints)
        {
            session.Execute(
                "INSERT INTO job_checkpoints (id, job, model, step, created_at, metrics) VALUES (@Id, @Job, @Model, @Step, @Now, @Metrics)",
                new { checkpoint.Id, Job = job.Id, checkpoint.Model, checkpoint.Step, Now = clock.GetUtcNow(), Metrics = JsonSerializer.Serialize(checkpoint, JobRecord.Json) });
            if (checkpoint.Model != job.PlannedModel)
                Append(session, job.Id, $"Checkpoint created at step {checkpoint.Step} with Snapshot ID: {checkpoint.Model}");
        }

        Append(session, job.Id, $"New fine-tuned model created: {job.PlannedModel}");
        Append(session, job.Id, "The job has successfully completed");
    }

    /// <summary>A file may have been deleted since the request was read; from here on it cannot be.</summary>
    static void RequireFiles(DatabaseSession session, JobRecord job)
    {
        foreach (string id in job.Files.Select(file => file.Id).OfType<string>())
            if (session.Find<int>("SELECT 1 FROM files WHERE id = @Id", new { Id = id }) != 1)
                throw new HoneException(Text.Of($"The file {id} was deleted. Upload it again.", $"文件 {id} 已被删除。请重新上传。"));
    }

    internal static string Serialize(JobRecord job) => JsonSerializer.Serialize(job, JobRecord.Json);

    /// <summary>The job that the first attempt of a request made, if that is not long ago.</summary>
    JobRecord? FindMade(DatabaseSession session, RequestMark request) =>
        !request.IsRetry ? null
        : session.Find<JobRow>(
            $"SELECT {Columns} FROM jobs WHERE request_key = @Key AND request_hash = @Hash AND created_at > @Since ORDER BY sequence DESC LIMIT 1",
            new { request.Key, request.Hash, Since = clock.GetUtcNow() - RequestMark.Window })?.ToRecord();

    sealed record CheckpointRow
    {
        public DateTimeOffset CreatedAt { get; init; }

        public string Metrics { get; init; } = "";
    }

    sealed record JobRow
    {
        public long Sequence { get; init; }

        public string Id { get; init; } = "";

        public string Status { get; init; } = "";

        public DateTimeOffset? EstimatedFinish { get; init; }

        public string Record { get; init; } = "";

        public JobRecord ToRecord() =>
            JsonSerializer.Deserialize<JobRecord>(Record, JobRecord.Json)! with { Status = JobStatusNames.Parse(Status), EstimatedFinish = EstimatedFinish };
    }
}

/// <summary>A checkpoint that became a model.</summary>
public sealed record KeptCheckpoint(JobCheckpoint Checkpoint, DateTimeOffset CreatedAt);

/// <summary>What identifies a request that made a job, so that a client's automatic retry makes no second one.</summary>
/// <param name="Key">Who sent it.</param>
/// <param name="Hash">Of its body.</param>
/// <param name="IsRetry">Whether the client says that it sent it before.</param>
public sealed record RequestMark(string Key, string Hash, bool IsRetry)
{
    /// <summary>A client that waits ten minutes for an answer, twice, is at an end after half an hour.</summary>
    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(30);
}
