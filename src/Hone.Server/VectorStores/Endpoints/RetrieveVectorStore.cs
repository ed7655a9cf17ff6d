using Hone.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>GET /v1/vector_stores/{id}</summary>
static class RetrieveVectorStore
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/vector_stores/{id}", Handle);

    static VectorStoreView Handle(string id, Caller caller, VectorStoreRows rows) => rows.View(rows.Find(id, caller.Organisation));
}
