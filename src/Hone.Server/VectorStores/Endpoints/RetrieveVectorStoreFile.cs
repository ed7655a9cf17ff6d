using Hone.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>GET /v1/vector_stores/{id}/files/{file}</summary>
static class RetrieveVectorStoreFile
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/vector_stores/{id}/files/{file}", Handle);

    static VectorStoreFileView Handle(string id, string file, Caller caller, VectorStoreRows rows) => rows.FindFile(rows.Find(id, caller.Organisation).Id, file).ToView();
}
