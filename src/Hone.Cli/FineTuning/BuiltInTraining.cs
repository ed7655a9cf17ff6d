using Hone.Server.FineTuning;
using Hone.Server.Models;

namespace Hone.Cli.FineTuning;

/// <summary>How the built-in model that writes text is trained: it is so small that all of its weights have to learn, and fast.</summary>
static class BuiltInTraining
{
    public const TuningMethod Method = TuningMethod.Full;

    const int Epochs = 6;
    const int BatchSize = 8;
    const double LearningRate = 2e-3;

    public static Hyperparameters Hyperparameters => new() { Epochs = Epochs, BatchSize = BatchSize, LearningRate = LearningRate };

    /// <summary>The same for <c>hone finetune</c>, behind a space.</summary>
    public static string FinetuneOptions => FormattableString.Invariant($"{CheckOptions} --learning-rate {LearningRate}");

    /// <summary>Those of them that <c>hone data check</c> goes by, behind a space.</summary>
    public static string CheckOptions => FormattableString.Invariant($" --method {Method.ToString().ToLowerInvariant()} --epochs {Epochs} --batch-size {BatchSize}");

    /// <summary>Whether a model is the one that this is for.</summary>
    public static bool IsFor(ModelRegistry models, ModelEntry model) => model.Origin == ModelOrigin.BuiltIn && !models.IsEncoder(model);
}
