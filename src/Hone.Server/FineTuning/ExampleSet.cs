using Hone.Engine.Training;
using Hone.Engine.Training.Objectives;
using TrainingData = Hone.Data.Checks.TrainingData;

namespace Hone.Server.FineTuning;

/// <summary>Chats, completions or preferences, for a model that writes text.</summary>
sealed class ExampleSet : TrainingSet
{
    readonly TrainingData _training;
    readonly TrainingData? _validation;
    readonly TrainingExample[] _replayed = [];
    readonly TrainingExample[] _heldOut = [];

    public ExampleSet(TrainingData training, TrainingData? validation, TrainingData? replay)
    {
        (_training, _validation) = (training, validation);
        if (replay is not null)
            (_replayed, _heldOut) = Replay.Split(replay.Examples);
    }

    public override int Count => _training.Count;

    public override int ValidationCount => _validation?.Count ?? 0;

    public override int ReplayCount => _replayed.Length;

    public override IObjective? HeldOut => _heldOut.Length == 0 ? null : new Supervised(_heldOut);

    public override IObjective Training(ResolvedHyperparameters resolved) => Objective(_training, resolved.Beta, _replayed);

    public override IObjective? Validation(ResolvedHyperparameters resolved) => _validation is null ? null : Objective(_validation, resolved.Beta);

    public override ReplayRecord? PlanReplay(double share) => _replayed.Length == 0 ? null : new ReplayRecord(Replay.PerEpoch(Count, share), _replayed.Length, _heldOut.Length);

    /// <param name="beta">Of DPO; null for supervised training.</param>
    static IObjective Objective(TrainingData data, double? beta, TrainingExample[]? replayed = null) =>
        beta is { } strength ? new Dpo(data.Preferences, strength) : new Supervised(data.Examples, replayed);
}
