using Hone.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>GET /v1/fine_tuning/jobs/{id}</summary>
static class RetrieveFineTuningJob
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/fine_tuning/jobs/{id}", Handle);

    static FineTuningJobView Handle(string id, Caller caller, JobStore jobs, TimeProvider clock) => FineTuningJobView.Of(jobs.Require(id, caller), clock.GetUtcNow());
}
