using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.VectorStores.Ingestion;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>DELETE /v1/vector_stores/{id}/files/{file}: the file itself stays.</summary>
static class DeleteVectorStoreFile
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/v1/vector_stores/{id}/files/{file}", Handle);

    static Deleted Handle(string id, string file, Caller caller, VectorStoreRows rows, VectorStoreRunner runner)
    {
        string store = rows.Find(id, caller.Organisation).Id;
        rows.RemoveFile(store, rows.FindFile(store, file).Id);
        runner.Notice();
        return new Deleted(file, "vector_store.file.deleted");
    }
}
