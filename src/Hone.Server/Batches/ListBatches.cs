using Hone.Server.Access;
using Hone.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Batches;

/// <summary>GET /v1/batches</summary>
static class ListBatches
{
    const int DefaultLimit = 20, MaxLimit = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/batches", Handle);

    static CursorPage<BatchView> Handle(HttpRequest request, Caller caller, BatchStore batches)
    {
        PageRequest page = PageRequest.Of(request, DefaultLimit, MaxLimit);
        if (page.After is { } after)
            batches.Find(after, caller.Organisation, "after");
        BatchView[] found = [.. batches.List(caller.Organisation, page).Select(batch => batch.ToView())];
        return page.CursorPageOf(found, batch => batch.Id);
    }
}
