using System.Data.Common;
using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Engine.Training;
using Hone.Server.Access;
using Hone.Server.Files;
using Hone.Server.Jobs;
using Hone.Server.Models;
using Hone.Server.Storage;

namespace Hone.Server.FineTuning;

/// <summary>Takes a job from its files to its model, from the beginning or from where it was interrupted.</summary>
public sealed class FineTuningRun
{
    const string ResultsName = "step_metrics.csv";

    readonly string _folder;
    readonly FileStore _files;
    readonly JobStore _store;
    readonly JobTurns _turns;
    readonly JobLease _lease;
    readonly ModelRegistry _registry;
    readonly TimeProvider _clock;
    readonly FineTuningEvents _events;
    readonly RunTerms _terms;
    JobRecord _job;

    FineTuningRun(DataFolder data, JobStore store, JobTurns turns, JobLease lease, RunTerms terms, FineTuningEvents events, ModelRegistry registry, TimeProvider clock)
    {
        (_folder, _store, _turns, _lease, _terms, _events, _clock) = (data.Job(lease.Job), store, turns, lease, terms, events, clock);
        _registry = registry;
        _files = new FileStore(data, store.Database, clock);
        _job = store.Get(lease.Job);
    }

    /// <summary>Works on a job until it succeeds or fails, until somebody cancels or pauses it, or until the cancellation.</summary>
    /// <returns>The record as it is then.</returns>
    /// <exception cref="HoneException">The job failed, its record says so too; or it cannot be worked on.</exception>
    public static JobRecord Run(
        DataFolder data, JobStore store, string id, RunTerms terms, FineTuningEvents events, CancellationToken cancel, ModelRegistry? registry = null, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        RequireUnfinished(store.Get(id));
        using FolderLock held = JobFolder.Take(data, id);
        JobTurns turns = new(store, clock);
        JobLease lease = turns.Take(id, terms.Holder);
        try
        {
            FineTuningRun run = new(data, store, turns, lease, terms, events, registry ?? new ModelRegistry(data, clock), clock);
            try
            {
                return run.Tidied(run.ToEnd(cancel));
            }
            catch (OperationCanceledException)
            {
                return run.Tidied(run.Interrupted(cancel));
            }
            catch (Exception problem) when (JobProblems.Describe(problem) is { } error)
            {
                run.Fail(error);
                throw;
            }
        }
        finally
        {
            Release(lease);
        }
    }

    static void RequireUnfinished(JobRecord job)
    {
        if (job.Status == JobStatus.Succeeded)
            throw new HoneException(Text.Of($"The job {job.Id} is done: its model is {job.FineTunedModel}.", $"任务 {job.Id} 已完成：模型为 {job.FineTunedModel}。"));
        if (job.Status == JobStatus.Cancelled)
            throw new HoneException(Text.Of($"The job {job.Id} was cancelled. Start a new job.", $"任务 {job.Id} 已取消。请新建任务。"));
    }

    JobRecord ToEnd(CancellationToken cancel)
    {
        RequireUnfinished(_job);
        if (!_job.Status.IsActive)
            Advance(_job with { Status = _job.Start is null ? JobStatus.ValidatingFiles : JobStatus.Queued, Error = null, FinishedAt = null });
        TrainingSet set;
        using (JobWatch watch = Watch(cancel))
        {
            _job.Hyperparameters.Check(_job.Method, _job.OtherFiles);
            set = TrainingSet.Load(_job, _registry, watch.Stop);
            Resolve(set);
            watch.Stop.ThrowIfCancellationRequested();
        }

        if (_job.Status == JobStatus.ValidatingFiles)
            Advance(
                _job with { Status = JobStatus.Queued },
                ["Files validated, moving job to queued state", .. _job.Replay is { } replay ? [replay.DescribePlan(set.Count)] : (string[])[], .. set.Description is { } found ? [found] : (string[])[]],
                data: "{}");
        if (set.Description is { } kinds)
            _events.Notice(kinds);
        _events.Resolved(_job, set.Count);
        Begin();
        return Train(set, cancel);
    }

    /// <summary>Gives every hyperparameter its value, once.</summary>
    void Resolve(TrainingSet set)
    {
        if (_job.Resolved is not null && _job.Start is not null)
            return;
        var resolved = ResolvedHyperparameters.Of(
            _job.Hyperparameters, _job.Method, set.Count, set.Width, set.ValidationCount, set.ReplayCount > 0, TuningStarts.AdapterOf(_registry, _job.Model));
        TuningStart start = TuningStarts.Choose(_registry, _job.Model, resolved.Adapter);
        _job = _job with { Resolved = resolved, Replay = set.PlanReplay(resolved.ReplayShare), Start = start, PlannedModel = ModelIds.NewFineTuned(_job.Model, _job.Suffix, _job.Organisation) };
    }

    void Begin()
    {
        Func<DatabaseSession, bool>? condition = _job.Status == JobStatus.Queued && _terms.AtOnce is { } atOnce ? session => _turns.IsTurnOf(session, _job.Id, atOnce) : null;
        bool isFirst = _job.StartedAt is null;
        Advance(
            _job with { Status = JobStatus.Running, StartedAt = _job.StartedAt ?? _clock.GetUtcNow() },
            [isFirst ? "Fine-tuning job started" : "Fine-tuning job resumed from its last checkpoint"],
            condition: condition);
    }

    JobRecord Train(TrainingSet set, CancellationToken cancel)
    {
        ResolvedHyperparameters resolved = _job.Resolved!;
        CatchUp();
        using JobWatch watch = Watch(cancel);
        using TunedModel tuned = TunedModel.Load(_registry, _job.Start!, resolved.Adapter, (ulong)_job.Seed);
        TrainingEvents events = new()
        {
            Step = step =>
            {
                watch.Step(step);
                _events.Step(step);
            },
            Notice = Notice,
        };
        TrainingResult result = new Trainer(tuned.Model, resolved.ToOptions(_job.Seed), _clock) { HeldOut = set.HeldOut }.Run(
            set.Training(resolved), set.Validation(resolved), _folder, events, watch.Stop);

        watch.Flush();
        _job = _job with
        {
            Seconds = result.Seconds,
            TrainedTokens = result.TrainedTokens,
            TrainLoss = result.TrainLoss,
            ValidLoss = result.ValidLoss,
            Replay = _job.Replay is { } replay ? replay with { Tokens = result.ReplayTokens, LossBefore = result.HeldOutLossBefore, LossAfter = result.HeldOutLossAfter } : null,
        };
        if (result.Outcome == TrainingOutcome.Cancelled)
            throw new OperationCanceledException();
        return Finish(tuned, set, result);
    }

    /// <summary>Writes the events of steps that a killed worker did and kept, but no longer told.</summary>
    void CatchUp()
    {
        int told = _store.LastStep(_job.Id);
        StepMetrics[] untold = [.. MetricsLog.Read(Path.Combine(_folder, Trainer.MetricsFile)).Where(step => step.Step > told)];
        _lease.Renew(session =>
        {
            foreach (StepMetrics step in untold)
                Append(session, step);
        });
    }

    JobRecord Finish(TunedModel tuned, TrainingSet set, TrainingResult result)
    {
        ModelWriting writing = new(_registry, _folder, _job, tuned, set, _clock);
        if (_job.Checkpoints.Count == 0)
            _job = _job with { Checkpoints = writing.Plan(result) };
        _lease.Keep(_job);
        foreach (JobCheckpoint checkpoint in _job.Checkpoints)
            writing.Write(checkpoint);
        Succeed();
        return _job;
    }

    /// <summary>One transaction holds the end of the job, its last events, its checkpoints and the file of its metrics.</summary>
    void Succeed()
    {
        string pending = _files.NewPendingPath();
        try
        {
            AtomicFile.Copy(Path.Combine(_folder, Trainer.ResultsFile), pending);
            JobRecord done = _job with { Status = JobStatus.Succeeded, FineTunedModel = _job.PlannedModel, FinishedAt = _clock.GetUtcNow() };
            _files.Keep(pending, _job.Organisation, _job.Project ?? Caller.LocalProject, FilePurposes.FineTuneResults, ResultsName, together: (session, file) =>
            {
                done = _lease.Advance(session, done with { ResultFiles = [file.Id] }, JobStatus.Running);
                _store.AppendEnd(session, done);
            });
            _job = done;
        }
        finally
        {
            File.Delete(pending);
        }
    }

    /// <summary>Leaves the job as whoever interrupted it wants it.</summary>
    JobRecord Interrupted(CancellationToken cancel)
    {
        JobStatus? held = _lease.Status;
        JobStatus status = held ?? _store.Get(_job.Id).Status;
        // Whoever has the job now writes its models anew; of one that waits or is cancelled there are none.
        if (status == JobStatus.Cancelled || (held is not null && status == JobStatus.Paused))
            ModelWriting.Undo(_registry, _job.Id);
        if (held is null)
            return _store.Get(_job.Id);
        _job = _job with { Status = status };
        _lease.Keep(_job);
        if (!cancel.IsCancellationRequested || !status.IsActive)
            return _job;
        if (_terms.WhenStopped == JobStatus.Paused)
            Advance(_job with { Status = JobStatus.Paused }, ["The job was paused"]);
        else if (status == JobStatus.Running)
            Advance(_job with { Status = JobStatus.Queued }, ["The worker was stopped; the job goes on from its last checkpoint"], JobEvent.Warn);
        return _job;
    }

    JobRecord Tidied(JobRecord job)
    {
        JobFolder.Tidy(_folder, job.Status);
        return job;
    }

    /// <summary>Records why the job failed. A full disk may have no room for that either, until its owner has made some.</summary>
    void Fail(JobError error)
    {
        const int attempts = 30;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                TakeBackModels();
                Advance(_job with { Status = JobStatus.Failed, FinishedAt = _clock.GetUtcNow(), Error = error }, [error.Message], JobEvent.Error);
                return;
            }
            catch (JobTakenException)
            {
                return;
            }
            catch (DbException) when (attempt < attempts)
            {
                Thread.Sleep(TimeSpan.FromSeconds(1));
            }
        }
    }

    /// <summary>A job that has failed has no models; one that is resumed writes them anew. Whoever has the job now has its models too.</summary>
    void TakeBackModels()
    {
        try
        {
            if (_lease.Status is not null)
                ModelWriting.Undo(_registry, _job.Id);
        }
        catch (Exception problem) when (problem is HoneException or IOException or UnauthorizedAccessException)
        {
            // What its owner wants to know is why the job failed.
        }
    }

    void Advance(JobRecord job, IEnumerable<string>? messages = null, string level = JobEvent.Info, string? data = null, Func<DatabaseSession, bool>? condition = null) =>
        _job = _lease.Advance(
            job,
            _job.Status,
            session =>
            {
                foreach (string message in messages ?? [])
                    _store.Append(session, job.Id, message, level, data: data);
            },
            condition);

    void Notice(string text)
    {
        _lease.Renew(session => _store.Append(session, _job.Id, text));
        _events.Notice(text);
    }

    JobWatch Watch(CancellationToken cancel) =>
        new(_lease, _job.Status, Append, _clock, cancel);

    void Append(DatabaseSession session, StepMetrics step) => _store.Append(session, _job.Id, StepEvent.Message(step), step: step.Step, data: StepEvent.Data(step));

    // A lease that cannot be ended now, because the disk is full or the database gone, ends by itself.
    static void Release(JobLease lease)
    {
        try
        {
            lease.Release();
        }
        catch (DbException) { }
    }
}
