using Hone.Engine;
using Hone.Server.FineTuning;
using Hone.Server.Jobs;
using Hone.Server.Storage;
using Hone.Server.Tests.Storage;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.FineTuning;

/// <summary>Jobs, their turns and their leases, in every database.</summary>
public abstract class JobStoreConformance : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("hone-jobs-").FullName;
    readonly ManualClock _clock = new();
    JobStore? _store;

    protected DataFolder Data => new(_root);

    protected abstract Database Open();

    JobStore Store => _store ??= new JobStore(Open(), _clock);

    JobTurns Turns => new(Store, _clock);

    public void Dispose()
    {
        Directory.Delete(_root, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_record_is_read_as_it_was_written()
    {
        JobRecord job = New() with { Metadata = new Dictionary<string, string> { ["team"] = "医疗" }, Hyperparameters = new Hyperparameters { Epochs = 2, Beta = 0.25 } };

        Store.Create(job);

        JobRecord read = Store.Find(job.Id)!;
        read.Hyperparameters.ShouldBe(job.Hyperparameters);
        read.Metadata.ShouldBe(job.Metadata);
        (read.Id, read.Method, read.Status, read.TrainingFile).ShouldBe((job.Id, TuningMethod.Dpo, JobStatus.ValidatingFiles, job.TrainingFile));
        Store.EventsSince(job.Id, 0).Select(happened => happened.Message).ShouldBe([$"Created fine-tuning job: {job.Id}", "Validating training file: train.jsonl"]);
    }

    [Fact]
    public void A_job_of_another_organisation_is_not_found()
    {
        JobRecord job = Store.Create(New("acme"));

        Store.Find(job.Id, "other").ShouldBeNull();
        Store.Find(job.Id, "acme").ShouldNotBeNull();
        Store.List("other", null, 10).ShouldBeEmpty();
        Should.Throw<HoneException>(() => Store.Get("ftjob-none"));
    }

    [Fact]
    public void Lists_go_from_the_newest_on_in_pages()
    {
        string[] ids = [.. Enumerable.Range(0, 5).Select(_ => Store.Create(New()).Id)];

        Store.List("local", null, 2).Select(job => job.Id).ShouldBe([ids[4], ids[3]]);
        Store.List("local", ids[3], 10).Select(job => job.Id).ShouldBe([ids[2], ids[1], ids[0]]);
        Store.List("local", null, 2, job => job.Id == ids[0]).Select(job => job.Id).ShouldBe([ids[0]]);
        Store.Events(ids[0], null, 1).Single().Message.ShouldStartWith("Validating");
        Store.Events(ids[0], Store.Events(ids[0], null, 1)[0].Id, 5).Single().Message.ShouldStartWith("Created");
    }

    [Fact]
    public void A_retry_of_a_request_finds_what_its_first_attempt_made()
    {
        JobRecord first = Store.Create(New(), request: new RequestMark("key", "hash", IsRetry: false));

        Store.Create(New(), request: new RequestMark("key", "hash", IsRetry: true)).Id.ShouldBe(first.Id);
        Store.Create(New(), request: new RequestMark("key", "other", IsRetry: true)).Id.ShouldNotBe(first.Id);
        Store.Create(New(), request: new RequestMark("another", "hash", IsRetry: true)).Id.ShouldNotBe(first.Id);
        Store.Create(New(), request: new RequestMark("key", "hash", IsRetry: false)).Id.ShouldNotBe(first.Id);
        _clock.Advance(TimeSpan.FromHours(1));
        Store.Create(New(), request: new RequestMark("key", "hash", IsRetry: true)).Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public void Files_are_looked_at_before_a_place_is_free_and_jobs_run_in_turn()
    {
        string first = Queued("local"), second = Queued("local");
        string unread = Store.Create(New()).Id;

        Turns.Reserve(atOnce: 1)!.Value.Job.ShouldBe(unread);
        Turns.Reserve(atOnce: 1)!.Value.Job.ShouldBe(first);
        Turns.Reserve(atOnce: 1).ShouldBeNull();
        Turns.Reserve(atOnce: 2)!.Value.Job.ShouldBe(second);
    }

    [Fact]
    public void Organisations_take_turns()
    {
        string[] busy = [.. Enumerable.Range(0, 3).Select(_ => Queued("busy"))];
        string late = Queued("late");

        string[] order = [.. Enumerable.Range(0, 4).Select(_ =>
        {
            (string job, string holder) = Turns.Reserve(atOnce: 1)!.Value;
            _clock.Advance(TimeSpan.FromSeconds(1));
            JobLease lease = Turns.Take(job, holder);
            lease.Advance(Store.Get(job) with { Status = JobStatus.Succeeded }, JobStatus.Queued);
            lease.Release();
            return job;
        })];

        order.ShouldBe([busy[0], late, busy[1], busy[2]]);
    }

    [Fact]
    public void A_held_job_is_nobody_elses_until_the_lease_ends()
    {
        string job = Queued("local");
        (string _, string holder) = Turns.Reserve(atOnce: 1)!.Value;
        JobLease lease = Turns.Take(job, holder);

        Should.Throw<HoneException>(() => Turns.Take(job, holder: null)).Message.ShouldContain("Another process");
        _clock.Advance(JobTurns.LeaseTime / 2);
        lease.Renew().ShouldBe(JobStatus.Queued);
        _clock.Advance(JobTurns.LeaseTime / 2);
        Should.Throw<HoneException>(() => Turns.Take(job, holder: null));

        _clock.Advance(JobTurns.LeaseTime);
        JobLease other = Turns.Take(job, holder: null);
        lease.Renew().ShouldBeNull();
        lease.Status.ShouldBeNull();
        Should.Throw<JobTakenException>(() => lease.Advance(Store.Get(job) with { Status = JobStatus.Running }, JobStatus.Queued));
        other.Status.ShouldBe(JobStatus.Queued);
    }

    [Fact]
    public void What_a_user_did_to_a_job_is_not_overwritten_by_its_worker()
    {
        string job = Queued("local");
        JobLease lease = Turns.Take(job, holder: null);
        lease.Advance(Store.Get(job) with { Status = JobStatus.Running }, JobStatus.Queued);

        Store.Cancel(job)!.Status.ShouldBe(JobStatus.Cancelled);

        Should.Throw<JobTakenException>(() => lease.Advance(Store.Get(job) with { Status = JobStatus.Succeeded }, JobStatus.Running));
        Store.Get(job).Status.ShouldBe(JobStatus.Cancelled);
    }

    [Fact]
    public void Nothing_is_told_of_a_job_after_its_end()
    {
        string job = Queued("local");
        JobLease lease = Turns.Take(job, holder: null);
        lease.Advance(Store.Get(job) with { Status = JobStatus.Running }, JobStatus.Queued);
        Store.Cancel(job);

        JobStatus? status = lease.Renew(session => Store.Append(session, job, "Step 1/2: training loss=0.10", step: 1), _clock.GetUtcNow(), hasProgress: true);

        status.ShouldBe(JobStatus.Cancelled);
        Store.EventsSince(job, 0)[^1].Message.ShouldBe("The job was cancelled");
        Store.Get(job).EstimatedFinish.ShouldBeNull();
    }

    [Fact]
    public void A_cancelled_job_is_abandoned_once_its_worker_is_gone_without_a_word()
    {
        string job = Queued("local"), orderly = Queued("local");
        Turns.Take(job, holder: null);
        JobLease lease = Turns.Take(orderly, holder: null);
        Store.Cancel(job);
        Store.Cancel(orderly);
        lease.Release();

        Turns.Abandoned().ShouldBeEmpty();
        _clock.Advance(JobTurns.LeaseTime);

        Turns.Abandoned().Select(abandoned => abandoned.Job).ShouldBe([job]);
    }

    [Fact]
    public void Only_what_is_possible_in_a_state_is_done()
    {
        string job = Queued("local");

        Store.Resume(job).ShouldBeNull();
        Store.Pause(job)!.Status.ShouldBe(JobStatus.Paused);
        Store.Pause(job).ShouldBeNull();
        Turns.Reserve(atOnce: 1).ShouldBeNull();
        Store.Resume(job)!.Status.ShouldBe(JobStatus.ValidatingFiles);
        Store.Cancel(job).ShouldNotBeNull();
        Store.Cancel(job).ShouldBeNull();
        Store.Resume(job).ShouldBeNull();
        Store.EventsSince(job, 0).Select(happened => happened.Message).TakeLast(3).ShouldBe(["The job was paused", "The job was resumed", "The job was cancelled"]);
    }

    [Fact]
    public void A_job_whose_worker_died_goes_on_first()
    {
        string interrupted = Queued("local"), waiting = Queued("other");
        JobLease lease = Turns.Take(interrupted, Turns.Reserve(atOnce: 1)!.Value.Holder);
        lease.Advance(Store.Get(interrupted) with { Status = JobStatus.Running }, JobStatus.Queued);

        Turns.Reserve(atOnce: 1).ShouldBeNull();
        _clock.Advance(JobTurns.LeaseTime);

        Turns.Reserve(atOnce: 1)!.Value.Job.ShouldBe(interrupted);
        Turns.Reserve(atOnce: 2)!.Value.Job.ShouldBe(waiting);
    }

    [Fact]
    public void A_job_whose_workers_only_ever_die_is_given_up()
    {
        string job = Queued("local");

        for (int attempt = 0; attempt < JobTurns.MostAttempts; attempt++)
        {
            Turns.Reserve(atOnce: 1)!.Value.Job.ShouldBe(job);
            _clock.Advance(TimeSpan.FromMinutes(2));
        }

        Turns.Reserve(atOnce: 1).ShouldBeNull();
        Store.Get(job).ShouldSatisfyAllConditions(given => given.Status.ShouldBe(JobStatus.Failed), given => given.Error!.Code.ShouldBe("worker_failed"));
        Store.EventsSince(job, 0)[^1].Level.ShouldBe("error");
        Turns.Abandoned().Select(abandoned => abandoned.Job).ShouldBe([job]);
    }

    [Fact]
    public void The_event_of_a_step_that_is_done_again_is_there_once()
    {
        string job = Queued("local");

        for (int i = 0; i < 2; i++)
            Store.Database.Write(session => Store.Append(session, job, "Step 1/2: training loss=0.10", step: 1, data: "{}"));

        Store.EventsSince(job, 0).Count(happened => happened.Step == 1).ShouldBe(1);
    }

    [Fact]
    public void A_job_on_a_file_that_was_deleted_meanwhile_is_refused()
    {
        JobRecord job = New();

        Should.Throw<HoneException>(() => Store.Create(job with { ReplayFile = job.TrainingFile with { Id = "file-gone" } })).Message.ShouldContain("file-gone was deleted");

        Store.List(organisation: null, after: null, 1).ShouldBeEmpty();
    }

    [Fact]
    public void What_an_event_says_may_have_any_character()
    {
        string job = Queued("local");

        Store.Database.Write(session => Store.Append(session, job, "Example 1 contains an extra \"we\0ight\" 体重 \u001b"));

        Store.EventsSince(job, 0)[^1].Message.ShouldBe("Example 1 contains an extra \"we\ufffdight\" 体重 \u001b");
    }

    [Fact]
    public void A_model_that_an_unfinished_job_trains_or_begins_from_has_a_user()
    {
        JobRecord job = Store.Create(New("acme") with { Start = new TuningStart(StartingPoint.SameAdapter, "ft:whole:acme::1", "whole", []) });

        string?[] users = [.. new[] { "hone-nano", "ft:whole:acme::1", "whole", "other" }.Select(name => Store.FindTrainerOf(used => used == name)?.Id)];
        Store.Cancel(job.Id);

        users.ShouldBe([job.Id, job.Id, job.Id, null]);
        Store.FindTrainerOf(_ => true).ShouldBeNull();
    }

    JobRecord New(string organisation = "local") =>
        new()
        {
            Organisation = organisation,
            Model = "hone-nano",
            TrainingFile = new JobFile(Path.Combine(_root, "train.jsonl"), 3, "abc"),
            Method = TuningMethod.Dpo,
            Seed = 7,
            CreatedAt = _clock.GetUtcNow(),
            Hyperparameters = new Hyperparameters(),
        };

    /// <summary>A job whose files are validated.</summary>
    string Queued(string organisation)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        JobRecord job = Store.Create(New(organisation) with { Status = JobStatus.Queued });
        return job.Id;
    }

    sealed class ManualClock : TimeProvider
    {
        DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan time) => _now += time;
    }
}

public sealed class SqliteJobStoreTests : JobStoreConformance
{
    protected override Database Open() => Database.Open(Data, server: "");
}

[Collection(PostgresServer.Collection)]
public sealed class PostgresJobStoreTests(PostgresServer server) : JobStoreConformance
{
    readonly string _connection = server.NewDatabase();

    protected override Database Open() => Database.Open(Data, _connection);
}
