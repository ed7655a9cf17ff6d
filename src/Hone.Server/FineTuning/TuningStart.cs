namespace Hone.Server.FineTuning;

/// <summary>What a job trains.</summary>
public enum StartingPoint
{
    /// <summary>Every weight of a whole model.</summary>
    Weights,

    /// <summary>Every weight of a model with an adapter, which is merged in memory first.</summary>
    MergedWeights,

    /// <summary>A fresh adapter on a whole model.</summary>
    NewAdapter,

    /// <summary>The adapter of a tuned model.</summary>
    SameAdapter,
}

/// <summary>Where the training begins.</summary>
/// <param name="Model">The model that is loaded: the one the user named, or the whole model that was made of it.</param>
/// <param name="Base">The whole model below: what a new adapter will belong to.</param>
/// <param name="Lineage">How that model came to be, oldest first.</param>
public sealed record TuningStart(StartingPoint Point, string Model, string Base, IReadOnlyList<string> Lineage);
