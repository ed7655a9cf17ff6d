using Hone.Server.Access;
using Hone.Server.Models;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Metrics;

/// <summary>GET /metrics, in the format of Prometheus: any key may read it. Those of the organisation "local", who run the server, see the numbers of all models, others those of models that they see.</summary>
static class GetMetrics
{
    const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/metrics", Handle).WithAnswer(Shape.AnyText, "text/plain");

    static ContentHttpResult Handle(Caller caller, MetricsRecorder recorder)
    {
        caller.Require(Role.ReadOnly);
        return TypedResults.Content(recorder.Write(model => IsShown(model, caller)), ContentType);
    }

    // By its name alone: a model whose numbers are there may be gone.
    static bool IsShown(string model, Caller caller) =>
        caller.Organisation == ModelIds.LocalOrganisation || !ModelIds.IsFineTuned(model) || ModelIds.Organisation(model) == caller.Organisation;
}
