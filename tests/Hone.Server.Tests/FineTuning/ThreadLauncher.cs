using Hone.Engine;
using Hone.Server.FineTuning;
using Hone.Server.Http;
using Hone.Server.Jobs;
using Hone.Server.Models;
using Hone.Server.Storage;

namespace Hone.Server.Tests.FineTuning;

/// <summary>Workers as threads of the tests' process, which start at once. Tests of the command line start real ones.</summary>
sealed class ThreadLauncher(ServerOptions options, StepGate gate) : IJobLauncher
{
    readonly JobStore _store = new(Database.Open(options.Data), options.Clock);
    readonly ModelRegistry _models = new(options.Data, options.Clock, options.BuiltInModels);

    public Task<bool> RunAsync(string job, string holder, int atOnce, CancellationToken stop) =>
        Task.Factory.StartNew(() => Run(job, holder, atOnce, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    bool Run(string job, string holder, int atOnce, CancellationToken stop)
    {
        try
        {
            FineTuningRun.Run(options.Data, _store, job, RunTerms.Queued(holder, atOnce), new FineTuningEvents { Step = step => gate.Pass(step, stop) }, stop, _models);
        }
        catch (HoneException)
        {
            // The job says so.
        }

        return true;
    }
}
