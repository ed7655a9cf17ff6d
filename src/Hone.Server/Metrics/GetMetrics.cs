using System.Text;
using Hone.Server.Access;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Metrics;

/// <summary>GET /metrics, in the format of Prometheus: any key may read it.</summary>
static class GetMetrics
{
    const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/metrics", Handle).WithAnswer(Shape.AnyText, "text/plain");

    static ContentHttpResult Handle(Caller caller, MetricsRecorder recorder)
    {
        caller.Require(Role.ReadOnly);
        StringBuilder text = new();
        foreach (Family family in recorder.Collect())
            family.WriteTo(text);
        return TypedResults.Content(text.ToString(), ContentType);
    }
}
