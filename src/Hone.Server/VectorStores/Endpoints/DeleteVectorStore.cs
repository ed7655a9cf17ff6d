using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.VectorStores.Ingestion;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>DELETE /v1/vector_stores/{id}: its files stay, its vectors go.</summary>
static class DeleteVectorStore
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/v1/vector_stores/{id}", Handle);

    static Deleted Handle(string id, Caller caller, VectorStoreRows rows, VectorStoreRunner runner)
    {
        rows.Find(id, caller.Organisation);
        rows.Remove(id);
        runner.Notice();
        return new Deleted(id, "vector_store.deleted");
    }
}
