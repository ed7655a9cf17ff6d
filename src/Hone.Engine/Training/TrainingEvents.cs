using Hone.Engine.Training.Runs;

namespace Hone.Engine.Training;

/// <summary>What a run tells while it goes on. Nothing may throw; everything is called on the trainer's thread.</summary>
public sealed record TrainingEvents
{
    /// <summary>After each update, and the validation that follows it.</summary>
    public Action<StepMetrics>? Step { get; init; }

    /// <summary>After each checkpoint.</summary>
    public Action<TrainingCheckpoint>? Checkpoint { get; init; }

    /// <summary>Something the user should know, in their language.</summary>
    public Action<string>? Notice { get; init; }
}
