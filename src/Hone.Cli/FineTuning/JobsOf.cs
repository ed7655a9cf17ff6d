using Hone.Server.FineTuning;
using Hone.Server.Jobs;
using Hone.Server.Storage;

namespace Hone.Cli.FineTuning;

/// <summary>The jobs of a data folder, which a server may be working on at the same time.</summary>
static class JobsOf
{
    public static JobStore Data(DataFolder data) => new(Database.Open(data), TimeProvider.System);

    /// <summary>Keeps a new job that this process goes on with, so that no server takes it.</summary>
    public static JobRecord CreateHere(JobStore store, JobRecord job) => store.Create(job, JobTurns.ThisWorker);
}
