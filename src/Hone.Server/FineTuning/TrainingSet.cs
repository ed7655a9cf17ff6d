using Hone.Data.Checks;
using Hone.Engine;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Models;
using Hone.Engine.Training;
using Hone.Engine.Training.Objectives;
using Hone.Server.Models;
using TrainingSource = Hone.Server.Models.TrainingData;

namespace Hone.Server.FineTuning;

/// <summary>The examples of a job, as tokens of the model that learns from them.</summary>
sealed class TrainingSet
{
    readonly Data.Checks.TrainingData _training;
    readonly Data.Checks.TrainingData? _validation;
    readonly TrainingExample[] _replayed = [];
    readonly TrainingExample[] _heldOut = [];

    TrainingSet(JobRecord job, Data.Checks.TrainingData training, Data.Checks.TrainingData? validation, Data.Checks.TrainingData? replay, int width)
    {
        (_training, _validation, Width) = (training, validation, width);
        Sources = [Source(job.TrainingFile, "train", training)];
        if (validation is not null)
            Sources = [.. Sources, Source(job.ValidationFile!, "validation", validation)];
        if (replay is null)
            return;
        Sources = [.. Sources, Source(job.ReplayFile!, "replay", replay)];
        (_replayed, _heldOut) = Replay.Split(replay.Examples);
    }

    public int Count => _training.Count;

    public int ValidationCount => _validation?.Count ?? 0;

    /// <summary>Of the replay file, those that no one holds back.</summary>
    public int ReplayCount => _replayed.Length;

    /// <summary>The hidden size of the model.</summary>
    public int Width { get; }

    /// <summary>The files, for the record of the model.</summary>
    public IReadOnlyList<TrainingSource> Sources { get; }

    public static TrainingSet Load(JobRecord job, ModelRegistry registry, CancellationToken cancel)
    {
        using ModelFolder folder = registry.OpenFolder(registry.Find(job.Model));
        ChatEncoder encoder = ChatEncoder.Load(folder.Path);
        TrainingLimits limits = new(folder.Config.MaxPositions);
        if (job.Hyperparameters.MaxTokens is { } maximum)
            limits = limits with { MaximumTokens = maximum };
        string method = job.Method == TuningMethod.Dpo ? "dpo" : "supervised";
        Data.Checks.TrainingData training = Load(job.TrainingFile, "training_file", encoder, limits, method, cancel);
        Data.Checks.TrainingData? validation = job.ValidationFile is { } file ? Load(file, "validation_file", encoder, limits with { MinimumExamples = 1 }, method, cancel) : null;
        Data.Checks.TrainingData? replay = job.ReplayFile is { } general ? Load(general, "replay_file", encoder, limits with { MinimumExamples = 1 }, method, cancel) : null;
        return new TrainingSet(job, training, validation, replay, folder.Config.HiddenSize);
    }

    /// <param name="beta">Of DPO; null for supervised training.</param>
    public IObjective Training(double? beta) => Objective(_training, beta, _replayed);

    public IObjective? Validation(double? beta) => _validation is null ? null : Objective(_validation, beta);

    /// <summary>What of the replay file is never shown; null when that is nothing.</summary>
    public IObjective? HeldOut => _heldOut.Length == 0 ? null : new Supervised(_heldOut);

    /// <summary>How the replay file is used; null without one.</summary>
    public ReplayRecord? PlanReplay(double share) => _replayed.Length == 0 ? null : new ReplayRecord(Replay.PerEpoch(Count, share), _replayed.Length, _heldOut.Length);

    static Data.Checks.TrainingData Load(JobFile file, string parameter, ChatEncoder encoder, TrainingLimits limits, string method, CancellationToken cancel)
    {
        try
        {
            file.RequireUnchanged();
            Data.Checks.TrainingData data = Data.Checks.TrainingData.Load(file.Path, encoder, limits, cancel);
            data.RequireMethod(file.Label, method);
            return data;
        }
        catch (HoneException problem)
        {
            throw new TrainingFileException(file, parameter, problem);
        }
    }

    static IObjective Objective(Data.Checks.TrainingData data, double? beta, TrainingExample[]? replayed = null) =>
        beta is { } strength ? new Dpo(data.Preferences, strength) : new Supervised(data.Examples, replayed);

    static TrainingSource Source(JobFile file, string purpose, Data.Checks.TrainingData data) => new(file.DisplayName, file.Sha256, purpose, data.Count);
}
