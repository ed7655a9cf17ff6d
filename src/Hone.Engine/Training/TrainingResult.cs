namespace Hone.Engine.Training;

/// <summary>How a run ended.</summary>
public enum TrainingOutcome
{
    Completed,

    /// <summary>The value on the whole validation set did not get better any more.</summary>
    StoppedEarly,

    /// <summary>Somebody asked for it; the run can be resumed.</summary>
    Cancelled,
}

/// <summary>The end of a run. Unless it was cancelled, the model holds the weights of the best step.</summary>
public sealed record TrainingResult
{
    public required TrainingOutcome Outcome { get; init; }

    /// <summary>Updates done.</summary>
    public required int Steps { get; init; }

    /// <summary>The step whose weights the model holds: the one that was best on the whole validation set, else the last.</summary>
    public required int BestStep { get; init; }

    /// <summary>The mean training loss of the last epoch.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>The loss of the best step on the whole validation set; null without one.</summary>
    public required double? ValidLoss { get; init; }

    public required long TrainedTokens { get; init; }

    /// <summary>Of those tokens, the ones of replayed examples.</summary>
    public long ReplayTokens { get; init; }

    /// <summary>The mean loss of the held-out examples before the first update; null without such.</summary>
    public double? HeldOutLossBefore { get; init; }

    /// <summary>The same by the weights that the model holds now.</summary>
    public double? HeldOutLossAfter { get; init; }

    /// <summary>The result of a run that was cancelled before its first update.</summary>
    public static TrainingResult NotBegun { get; } =
        new() { Outcome = TrainingOutcome.Cancelled, Steps = 0, BestStep = 0, TrainLoss = 0, ValidLoss = null, TrainedTokens = 0, Seconds = 0 };

    /// <summary>Time spent, that of earlier, interrupted runs included.</summary>
    public required double Seconds { get; init; }
}
