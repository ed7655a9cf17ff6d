using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>GET /v1/fine_tuning/jobs</summary>
static class ListFineTuningJobs
{
    const int DefaultLimit = 20, MaxLimit = 100;
    const string WithMetadata = "metadata";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/fine_tuning/jobs", Handle)
        .WithQuery([.. PageRequest.Fields(DefaultLimit, MaxLimit), Field.Optional(WithMetadata, Metadata.Object, "Pairs that a job must have; metadata=null for jobs without any.")]);

    static ListPage<FineTuningJobView> Handle(QueryFields query, Caller caller, JobStore jobs, TimeProvider clock)
    {
        PageRequest page = PageRequest.Of(query);
        if (page.After is { } after)
            jobs.Require(after, caller, "after");
        IReadOnlyDictionary<string, string> wanted = query.Pairs(WithMetadata);
        bool isWithout = query.Sent(WithMetadata) == "null";
        bool Matches(JobRecord job) => isWithout ? job.Metadata is null or { Count: 0 } : wanted.All(pair => job.Metadata?.TryGetValue(pair.Key, out string? value) == true && value == pair.Value);

        return page.PageOf([.. jobs.List(caller.Organisation, page.After, page.Limit + 1, Matches).Select(job => FineTuningJobView.Of(job, clock.GetUtcNow()))]);
    }
}
