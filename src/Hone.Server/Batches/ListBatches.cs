using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Batches;

/// <summary>GET /v1/batches</summary>
static class ListBatches
{
    const int DefaultLimit = 20, MaxLimit = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/batches", Handle).WithQuery(PageRequest.Fields(DefaultLimit, MaxLimit));

    static CursorPage<BatchView> Handle(QueryFields query, Caller caller, BatchStore batches)
    {
        PageRequest page = PageRequest.Of(query);
        if (page.After is { } after)
            batches.Find(after, caller.Organisation, "after");
        BatchView[] found = [.. batches.List(caller.Organisation, page).Select(batch => batch.ToView())];
        return page.CursorPageOf(found, batch => batch.Id);
    }
}
