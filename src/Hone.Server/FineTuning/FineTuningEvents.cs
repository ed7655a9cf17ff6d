using Hone.Engine.Training;

namespace Hone.Server.FineTuning;

/// <summary>What a job tells the screen while it runs.</summary>
public sealed record FineTuningEvents
{
    /// <summary>The files are read and every hyperparameter has its value; with the number of examples.</summary>
    public Action<JobRecord, int> Resolved { get; init; } = (_, _) => { };

    public Action<StepMetrics> Step { get; init; } = _ => { };

    /// <summary>Something the user should know, in their language.</summary>
    public Action<string> Notice { get; init; } = _ => { };
}
