using Hone.Server.Access;
using Hone.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>GET /v1/fine_tuning/jobs</summary>
static class ListFineTuningJobs
{
    const int DefaultLimit = 20, MaxLimit = 100;
    const string Metadata = "metadata";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/fine_tuning/jobs", Handle);

    static ListPage<FineTuningJobView> Handle(HttpRequest request, Caller caller, JobStore jobs, TimeProvider clock)
    {
        PageRequest page = PageRequest.Of(request, DefaultLimit, MaxLimit);
        if (page.After is { } after)
            jobs.Require(after, caller, "after");
        Dictionary<string, string> wanted = request.Query
            .Where(pair => pair.Key.StartsWith(Metadata + "[", StringComparison.Ordinal) && pair.Key.EndsWith(']'))
            .ToDictionary(pair => pair.Key[(Metadata.Length + 1)..^1], pair => pair.Value.ToString(), StringComparer.Ordinal);
        bool isWithout = PageRequest.Text(request, Metadata) == "null";
        bool Matches(JobRecord job) => isWithout ? job.Metadata is null or { Count: 0 } : wanted.All(pair => job.Metadata?.TryGetValue(pair.Key, out string? value) == true && value == pair.Value);

        return page.PageOf([.. jobs.List(caller.Organisation, page.After, page.Limit + 1, Matches).Select(job => FineTuningJobView.Of(job, clock.GetUtcNow()))]);
    }
}
