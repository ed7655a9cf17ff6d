namespace Hone.Server.Jobs;

/// <summary>Starts the worker of a job, here or elsewhere: <c>hone worker JOB</c>.</summary>
public interface IJobLauncher
{
    /// <summary>Starts a worker and waits until it has ended, however it ended.</summary>
    /// <param name="holder">The name under which the job is reserved for that worker.</param>
    /// <param name="atOnce">How many jobs may run at once.</param>
    /// <param name="stop">Asks the worker to keep a checkpoint and end; the job stays in the queue.</param>
    /// <returns>Whether it ended by itself: a worker that was killed or crashed did not.</returns>
    Task<bool> RunAsync(string job, string holder, int atOnce, CancellationToken stop);
}
