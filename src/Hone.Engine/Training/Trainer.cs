using Hone.Engine.Models;
using Hone.Engine.Training.Objectives;
using Hone.Engine.Training.Runs;

namespace Hone.Engine.Training;

/// <summary>Trains the trainable parameters of a model and of its adapters for an objective.</summary>
/// <remarks>The same seed gives the same bytes: on any number of threads, and however often the run was interrupted.</remarks>
public sealed class Trainer(TransformerModel model, TrainingOptions options, TimeProvider? clock = null)
{
    public const string CheckpointsFolder = "checkpoints";
    public const string MetricsFile = "metrics.jsonl";
    public const string ResultsFile = "results.csv";

    /// <summary>Bytes that activations may take; beyond it they are computed again on the way back. Null for most of what is free.</summary>
    public long? ActivationLimit { get; init; }

    /// <summary>Examples whose loss is measured before the first update and at the end, and which are not learned: of general ones, it shows what the model forgets.</summary>
    public IObjective? HeldOut { get; init; }

    /// <summary>What a trainer changes: the trainable weights of the model, then those of its adapters.</summary>
    public static IEnumerable<Parameter> TrainableParameters(TransformerModel model) =>
        model
            .Parameters.Concat(model.Linears.Where(linear => linear.Adapter is not null).SelectMany(linear => (Parameter[])[linear.Adapter!.A, linear.Adapter.B]))
            .Where(parameter => parameter.IsTrainable);

    /// <summary>Trains until the last step, the early stop or the cancellation.</summary>
    /// <param name="training">The examples to learn from, and their loss.</param>
    /// <param name="validation">Examples to judge by.</param>
    /// <param name="folder">
    /// Receives checkpoints and metrics; without it nothing is kept but the last weights. A run goes on from the newest checkpoint there: the model must be as it was when the run began.
    /// </param>
    public TrainingResult Run(
        IObjective training, IObjective? validation = null, string? folder = null, TrainingEvents? events = null, CancellationToken cancel = default)
    {
        events ??= new TrainingEvents();
        try
        {
            training.Prepare(model, folder, cancel);
            validation?.Prepare(model, folder, cancel);
            HeldOut?.Prepare(model, folder, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return TrainingResult.NotBegun;
        }

        using var run = new TrainingRun(model, options, clock ?? TimeProvider.System, ActivationLimit ?? ActivationMemory.Limit(), new RunExamples(training, validation, HeldOut), folder, events);
        return run.ToEnd(cancel);
    }
}
