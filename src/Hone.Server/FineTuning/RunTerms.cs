using Hone.Server.Jobs;

namespace Hone.Server.FineTuning;

/// <summary>How a process works on a job.</summary>
public sealed record RunTerms
{
    /// <summary>For a user who waits for it: it begins at once, and is paused when that user stops it.</summary>
    public static RunTerms Interactive { get; } = new() { WhenStopped = JobStatus.Paused, Holder = JobTurns.ThisWorker };

    /// <summary>For a queue: it begins when it is its turn, and waits in the queue when its process is stopped.</summary>
    /// <param name="holder">The name under which the queue reserved the job; null when nobody did.</param>
    /// <param name="atOnce">How many jobs may run at once.</param>
    public static RunTerms Queued(string? holder, int atOnce) => new() { WhenStopped = JobStatus.Queued, Holder = holder, AtOnce = atOnce };

    public string? Holder { get; private init; }

    /// <summary>Null for a job that does not wait.</summary>
    public int? AtOnce { get; private init; }

    public JobStatus WhenStopped { get; private init; }
}
