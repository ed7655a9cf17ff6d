using Hone.Cli.DataSets;
using Hone.Cli.Files;
using Hone.Server.Access;
using Hone.Server.Files;
using Hone.Server.FineTuning;
using Hone.Server.Jobs;
using Hone.Server.Models;
using Hone.Server.Storage;

namespace Hone.Cli.FineTuning;

/// <summary>The jobs of a data folder, which a server may be working on at the same time.</summary>
static class JobsOf
{
    /// <summary>Opens them, and clears up where a worker died before it did.</summary>
    public static JobStore Data(DataFolder data)
    {
        JobStore store = new(Database.Open(data), TimeProvider.System);
        AbandonedJobs.ClearUp(data, store, TimeProvider.System, () => new ModelRegistry(data));
        return store;
    }

    /// <summary>A file for a job: one of the data folder by its id, or a copy of one elsewhere, which the data folder shows from then on.</summary>
    public static JobFile Keep(DataFolder data, JobStore store, string named, TuningMethod method) =>
        JobFile.Keep(
            new FileStore(data, store.Database, TimeProvider.System), method == TuningMethod.Contrastive ? TrainingLines.RequirePairs(named) : TrainingLines.Require(named), FilesCommand.Organisation, Caller.LocalProject);

    /// <summary>Keeps a new job that this process goes on with, so that no server takes it.</summary>
    public static JobRecord CreateHere(JobStore store, JobRecord job) => store.Create(job, JobTurns.ThisWorker);
}
