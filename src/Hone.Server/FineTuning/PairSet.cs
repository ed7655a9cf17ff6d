using Hone.Data.Pairs;
using Hone.Engine;
using Hone.Engine.Embedding;
using Hone.Engine.Training.Objectives;

namespace Hone.Server.FineTuning;

/// <summary>Pairs of texts, for an encoder.</summary>
sealed class PairSet(PairData training, PairData? validation, Pooling pooling) : TrainingSet
{
    public override int Count => training.Count;

    public override int ValidationCount => validation?.Count ?? 0;

    public override string Description =>
        validation is null
            ? Text.Of($"The training file has {training.Description}.", $"训练文件含{training.Description}。")
            : Text.Of($"The training file has {training.Description}, the validation file {validation.Description}.", $"训练文件含{training.Description}，验证文件含{validation.Description}。");

    public override IObjective Training(ResolvedHyperparameters resolved) => Objective(training, resolved);

    public override IObjective? Validation(ResolvedHyperparameters resolved) => validation is null ? null : Objective(validation, resolved);

    IObjective Objective(PairData data, ResolvedHyperparameters resolved) =>
        data.Kind == PairKind.Scored
            ? new ScoredPairs(data.Scored, pooling, (float)resolved.Scale!.Value, resolved.Dimensions)
            : new Contrastive(data.Matching, pooling, (float)resolved.Scale!.Value, resolved.Dimensions);
}
