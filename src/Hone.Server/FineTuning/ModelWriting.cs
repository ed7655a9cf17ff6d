using System.Text.Json.Nodes;
using Hone.Engine;
using Hone.Engine.Training;
using Hone.Engine.Training.Runs;
using Hone.Server.Http;
using Hone.Server.Models;

namespace Hone.Server.FineTuning;

/// <summary>Turns the end of a training into models: the tuned one, and one for each other epoch whose weights were kept.</summary>
sealed class ModelWriting(ModelRegistry registry, string folder, JobRecord job, TunedModel tuned, TrainingSet set, TimeProvider clock)
{
    readonly Dictionary<int, StepMetrics> _metrics = MetricsLog.Read(Path.Combine(folder, Trainer.MetricsFile)).ToDictionary(step => step.Step);

    /// <summary>The models to write, the tuned one first. Their names are chosen before the first is written, so that a job that is killed here finds them again.</summary>
    public IReadOnlyList<JobCheckpoint> Plan(TrainingResult result) =>
        [Of(result.BestStep, job.PlannedModel!), .. EpochEnds(result).Select(step => Of(step, ModelIds.NewCheckpoint(job.Model, job.Suffix, step, job.Organisation)))];

    /// <summary>Takes back what was written for a job that failed, or that somebody cancelled or paused in the meantime.</summary>
    public static void Undo(ModelRegistry registry, string job)
    {
        foreach (ModelEntry entry in registry.ListReadable().Where(entry => entry.Record?.Job == job).ToArray())
        {
            try
            {
                registry.Remove(entry.Id);
            }
            catch (Exception problem) when (problem is HoneException or IOException && registry.FindByName(entry.Id) is null)
            {
                // Another process that clears up was faster.
            }
        }
    }

    /// <summary>Writes one of them. The weights in memory are those of the tuned model until the first other one is written.</summary>
    public void Write(JobCheckpoint checkpoint)
    {
        // A job that was killed while it finished has written some of its models already.
        if (registry.FindByName(checkpoint.Model) is not null)
            return;
        if (checkpoint.Model != job.PlannedModel)
            TrainingCheckpoint.Open(FolderOf(checkpoint.Step)).LoadWeights(Trainer.TrainableParameters(tuned.Model));
        tuned.Write(RecordOf(checkpoint));
    }

    /// <summary>The steps that ended an epoch and still have their weights, but the one that became the tuned model.</summary>
    IEnumerable<int> EpochEnds(TrainingResult result)
    {
        int stepsPerEpoch = job.Resolved!.Steps / job.Resolved.Epochs;
        return Enumerable
            .Range(1, job.Resolved.Epochs)
            .Select(epoch => epoch * stepsPerEpoch)
            .Where(step => step != result.BestStep && step <= result.Steps)
            .Where(step => File.Exists(Path.Combine(FolderOf(step), TrainingCheckpoint.WeightsFile)));
    }

    string FolderOf(int step) => Path.Combine(folder, Trainer.CheckpointsFolder, FormattableString.Invariant($"{step}"));

    JobCheckpoint Of(int step, string model)
    {
        StepMetrics metrics = _metrics[step];
        return new JobCheckpoint(
            Ids.New("ftckpt_"), model, step, metrics.TrainLoss, metrics.TrainMeanTokenAccuracy, metrics.FullValidLoss, metrics.FullValidMeanTokenAccuracy)
        {
            ValidLoss = metrics.ValidLoss,
            ValidMeanTokenAccuracy = metrics.ValidMeanTokenAccuracy,
            FullValidSpearman = metrics.FullValidSpearman,
            FullValidReciprocalRank = metrics.FullValidReciprocalRank,
        };
    }

    ModelRecord RecordOf(JobCheckpoint checkpoint)
    {
        string method = job.Method.ToString().ToLowerInvariant();
        JsonObject metrics = new() { ["step"] = checkpoint.Step, ["train_loss"] = checkpoint.TrainLoss };
        // Scored pairs have no right or wrong answers that could be counted.
        if (job.Method != TuningMethod.Contrastive || checkpoint.TrainMeanTokenAccuracy > 0)
            metrics["train_mean_token_accuracy"] = checkpoint.TrainMeanTokenAccuracy;
        if (checkpoint.FullValidLoss is { } loss)
            metrics["full_valid_loss"] = loss;
        metrics.AddRanks(checkpoint.FullValidSpearman, checkpoint.FullValidReciprocalRank);
        if (checkpoint.Model == job.PlannedModel && job.Replay is { LossBefore: { } before, LossAfter: { } after })
            (metrics["replay_loss_before"], metrics["replay_loss_after"]) = (before, after);
        return new ModelRecord
        {
            Id = checkpoint.Model,
            Content = ModelContent.Weights,
            CreatedAt = clock.GetUtcNow(),
            Base = job.Start!.Base,
            Lineage = [.. job.Start.Lineage, $"{checkpoint.Model} ({method}, {TuningStarts.Word(job.Start.Point)})"],
            Method = method,
            Job = job.Id,
            Seed = (ulong)job.Seed,
            Hyperparameters = JobRecord.ToJson(job.Resolved!),
            Data = set.Sources,
            Metrics = metrics,
        };
    }
}
