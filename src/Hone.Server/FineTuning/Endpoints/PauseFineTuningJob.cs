using Hone.Server.Access;
using Hone.Server.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>POST /v1/fine_tuning/jobs/{id}/pause</summary>
static class PauseFineTuningJob
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/fine_tuning/jobs/{id}/pause", Handle);

    static FineTuningJobView Handle(string id, Caller caller, JobStore jobs, JobQueueSignal queue, TimeProvider clock)
    {
        caller.Require(Role.Member);
        JobRecord job = jobs.Require(id, caller);
        job = jobs.Pause(job.Id) ?? throw FineTuningErrors.WrongState(jobs.Require(id, caller), "paused");
        queue.Wake();
        return FineTuningJobView.Of(job, clock.GetUtcNow());
    }
}
