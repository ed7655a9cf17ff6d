using Hone.Server.FineTuning;
using Hone.Server.Jobs;
using Hone.Server.Models;
using Hone.Server.Storage;

namespace Hone.Cli.FineTuning;

/// <summary>The jobs of a data folder, which a server may be working on at the same time.</summary>
static class JobsOf
{
    /// <summary>Opens them, and clears up where a worker died that somebody had cancelled.</summary>
    public static JobStore Data(DataFolder data)
    {
        JobStore store = new(Database.Open(data), TimeProvider.System);
        AbandonedJobs.ClearUp(store, TimeProvider.System, () => new ModelRegistry(data));
        return store;
    }

    /// <summary>Keeps a new job that this process goes on with, so that no server takes it.</summary>
    public static JobRecord CreateHere(JobStore store, JobRecord job) => store.Create(job, JobTurns.ThisWorker);
}
