namespace Hone.Engine.Training;

/// <summary>Every hyperparameter of a run, resolved: nothing in it is automatic any more, and all of it is printed and stored.</summary>
public sealed record TrainingOptions
{
    public int Epochs { get; init; } = 3;

    /// <summary>Examples of one update of the weights.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Ends the run after this many updates; 0 for none.</summary>
    public int MaxSteps { get; init; }

    /// <summary>The highest rate, after the warm-up.</summary>
    public double LearningRate { get; init; } = 1e-4;

    public Schedule Schedule { get; init; } = Schedule.Linear;

    /// <summary>Updates during which the rate rises from near zero.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>What is left of the rate at the end of a linear or cosine schedule.</summary>
    public double FinalLearningRateShare { get; init; }

    /// <summary>How slowly the mean of the gradient forgets.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>How slowly the mean of the squared gradient forgets.</summary>
    public double Beta2 { get; init; } = 0.999;

    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The share of a weight, times the rate, that each update takes away.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether norms and biases decay as well.</summary>
    public bool DecaysVectors { get; init; }

    /// <summary>Longer gradients are shortened to this length; 0 for never.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Decides the order of the examples and the dropout.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Whether each epoch has an order of its own; else the examples come as they stand in the file.</summary>
    public bool Shuffles { get; init; } = true;

    /// <summary>The share of each epoch's examples that are replayed, where the objective has such; see <see cref="Replay"/>.</summary>
    public double ReplayShare { get; init; }

    /// <summary>The most tokens computed at once; a batch with more is computed in parts. It bounds the memory.</summary>
    public int MicroBatchTokens { get; init; } = 4096;

    /// <summary>Whether activations are computed again on the way back: a third slower, and much less memory. Done in any case where they would not fit.</summary>
    public bool RecomputesBlocks { get; init; }

    /// <summary>A look at a part of the validation set after every so many updates; 0 for never.</summary>
    public int ValidationInterval { get; init; } = 10;

    /// <summary>Examples of such a part.</summary>
    public int ValidationSample { get; init; } = 32;

    /// <summary>The whole validation set after every so many updates, besides the ends of epochs; 0 for those alone.</summary>
    public int FullValidationInterval { get; init; }

    /// <summary>Whole validations without a better value (see <see cref="Runs.TrainingState.WithValidation"/>) after which the run ends; 0 for no early stop.</summary>
    public int Patience { get; init; }

    /// <summary>A checkpoint after every so many updates, besides the ends of epochs; 0 for those alone.</summary>
    public int CheckpointInterval { get; init; }

    /// <summary>A checkpoint after so many minutes without one; 0 for never.</summary>
    public double CheckpointMinutes { get; init; } = 10;

    /// <summary>How many ends of epochs keep their weights.</summary>
    public int KeptEpochs { get; init; } = 3;
}
