using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>POST /v1/fine_tuning/jobs/{id}/cancel</summary>
static class CancelFineTuningJob
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/fine_tuning/jobs/{id}/cancel", Handle);

    static FineTuningJobView Handle(string id, Caller caller, JobStore jobs, JobQueueSignal queue, ServerOptions options, TimeProvider clock)
    {
        caller.Require(Role.Member);
        JobRecord job = jobs.Require(id, caller);
        job = jobs.Cancel(job.Id) ?? throw FineTuningErrors.WrongState(jobs.Require(id, caller), "cancelled");
        JobFolder.TidyUnused(options.Data, job);
        queue.Wake();
        return FineTuningJobView.Of(job, clock.GetUtcNow());
    }
}
