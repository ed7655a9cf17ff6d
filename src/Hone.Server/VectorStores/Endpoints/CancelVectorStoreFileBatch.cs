using Hone.Server.Access;
using Hone.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>POST /v1/vector_stores/{id}/file_batches/{batch}/cancel: files that are completed stay.</summary>
static class CancelVectorStoreFileBatch
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/vector_stores/{id}/file_batches/{batch}/cancel", Handle);

    static VectorStoreFileBatchView Handle(string id, string batch, Caller caller, VectorStoreRows rows)
    {
        string store = rows.Find(id, caller.Organisation).Id;
        VectorStoreFileBatchView found = rows.FindBatch(store, batch);
        if (found.Status is VectorStoreFile.Completed or VectorStoreFile.Failed)
            throw ApiError.Invalid($"Cannot cancel a file batch with status '{found.Status}'.", "batch_id");
        rows.CancelBatch(store, batch);
        return rows.FindBatch(store, batch);
    }
}
