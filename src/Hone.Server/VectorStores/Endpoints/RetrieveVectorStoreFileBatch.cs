using Hone.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>GET /v1/vector_stores/{id}/file_batches/{batch}</summary>
static class RetrieveVectorStoreFileBatch
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/vector_stores/{id}/file_batches/{batch}", Handle);

    static VectorStoreFileBatchView Handle(string id, string batch, Caller caller, VectorStoreRows rows) => rows.FindBatch(rows.Find(id, caller.Organisation).Id, batch);
}
