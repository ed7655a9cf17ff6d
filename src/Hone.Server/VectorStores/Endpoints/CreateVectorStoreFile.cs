using Hone.Server.Access;
using Hone.Server.Files;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Hone.Server.VectorStores.Ingestion;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>POST /v1/vector_stores/{id}/files</summary>
static class CreateVectorStoreFile
{
    public static readonly ObjectShape Body = Shape.Closed(Field.Required("file_id", Shape.AnyText, "A file of any purpose whose content is text."), FileAttributes.Field, ChunkingJson.Field);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/vector_stores/{id}/files", Handle).WithBody(Body);

    static VectorStoreFileView Handle(string id, JsonFields body, Caller caller, VectorStoreRows rows, FileStore files, VectorStoreRunner runner, TimeProvider clock)
    {
        body.RefuseOthers();
        VectorStore store = rows.FindUsable(id, caller.Organisation);
        VectorStoreFile file = AttachedFiles.New(AttachedFiles.Known(body.RequiredString("file_id"), "file_id", files, caller), store, clock.GetUtcNow(), ChunkingJson.Read(body), FileAttributes.Read(body));
        rows.Attach(store.Id, [file]);
        runner.Notice();
        return file.ToView();
    }
}
