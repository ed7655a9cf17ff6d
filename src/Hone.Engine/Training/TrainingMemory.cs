using Hone.Engine.Models;
using Hone.Engine.Training.Objectives;
using Hone.Engine.Training.Runs;

namespace Hone.Engine.Training;

/// <summary>How much memory a run takes, by calculation: weights, gradients, moments, and the activations of its largest pass.</summary>
public static class TrainingMemory
{
    /// <summary>The runtime, its code and its buffers.</summary>
    const long Runtime = 80L << 20;

    /// <summary>Bytes that a run takes at most.</summary>
    /// <param name="model">Its trainable part is chosen.</param>
    public static long Estimate(TransformerModel model, IObjective objective, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        Parameter[] trained = [.. Trainer.TrainableParameters(model)];
        long weights = model.Parameters.Concat(trained).Distinct().Sum(Bytes);
        long gradientsAndMoments = trained.Sum(parameter => 3L * sizeof(float) * parameter.Length);

        long tokens = ActivationMemory.LargestPass(objective, options);
        long activations = ActivationMemory.Bytes(model.Config, tokens);
        if (options.RecomputesBlocks)
            activations = (activations / model.Config.LayerCount) + (tokens * model.Config.HiddenSize * model.Config.LayerCount * sizeof(float));
        return Runtime + weights + gradientsAndMoments + activations + ActivationMemory.HeadBytes(model.Config, tokens);
    }

    static long Bytes(Parameter parameter) => (long)parameter.Length * (parameter.Type == ElementType.F32 ? sizeof(float) : sizeof(ushort));
}
