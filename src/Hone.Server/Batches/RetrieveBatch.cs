using Hone.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Batches;

/// <summary>GET /v1/batches/{id}</summary>
static class RetrieveBatch
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/batches/{id}", Handle);

    static BatchView Handle(string id, Caller caller, BatchStore batches) => batches.Find(id, caller.Organisation).ToView();
}
