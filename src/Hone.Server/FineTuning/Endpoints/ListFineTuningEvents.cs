using System.Text.Json.Nodes;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>GET /v1/fine_tuning/jobs/{id}/events: the newest first.</summary>
static class ListFineTuningEvents
{
    const int DefaultLimit = 20, MaxLimit = 1000;

    /// <summary>An event as the API shows it.</summary>
    public sealed record EventView(string Id, DateTimeOffset CreatedAt, string Level, string Message, JsonNode? Data, string Type)
    {
        public string Object { get; } = "fine_tuning.job.event";

        public static EventView Of(JobEvent happened) =>
            new(happened.Id, happened.CreatedAt, happened.Level, happened.Message, happened.Data is null ? null : JsonNode.Parse(happened.Data), happened.Step is null ? "message" : "metrics");
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/fine_tuning/jobs/{id}/events", Handle).WithQuery(PageRequest.Fields(DefaultLimit, MaxLimit));

    static ListPage<EventView> Handle(string id, QueryFields query, Caller caller, JobStore jobs)
    {
        PageRequest page = PageRequest.Of(query);
        JobRecord job = jobs.Require(id, caller);
        return page.PageOf([.. jobs.Events(job.Id, page.After, page.Limit + 1).Select(EventView.Of)]);
    }
}
