using Hone.Engine;
using Hone.Server.FineTuning;
using Hone.Server.Models;
using Hone.Server.Storage;

namespace Hone.Server.Jobs;

/// <summary>Cancelled and failed jobs whose worker died before it had cleared up: the models that it had written are taken back, and what no training goes on with is deleted.</summary>
public static class AbandonedJobs
{
    /// <summary>Clears up after all of them.</summary>
    /// <param name="models">Asked only when there is something to do.</param>
    public static void ClearUp(DataFolder data, JobStore store, TimeProvider clock, Func<ModelRegistry> models)
    {
        foreach ((string job, string worker) in new JobTurns(store, clock).Abandoned())
        {
            try
            {
                ModelWriting.Undo(models(), job);
                JobFolder.TidyUnused(data, store.Get(job));
            }
            catch (Exception problem) when (problem is HoneException or IOException or UnauthorizedAccessException)
            {
                // What cannot be deleted now is tried again the next time; other jobs need not wait for that.
                continue;
            }

            store.Database.Write(session => session.Execute("UPDATE jobs SET worker = NULL, lease_until = NULL WHERE id = @Job AND worker = @Worker", new { Job = job, Worker = worker }));
        }
    }
}
