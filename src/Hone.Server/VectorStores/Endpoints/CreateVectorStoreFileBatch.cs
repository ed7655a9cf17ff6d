using Hone.Server.Access;
using Hone.Server.Files;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Hone.Server.VectorStores.Ingestion;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>POST /v1/vector_stores/{id}/file_batches</summary>
static class CreateVectorStoreFileBatch
{
    const int MaxFiles = 2000;

    static readonly ObjectShape Body = Shape.Closed(
        Field.Optional("file_ids", Shape.Some(Shape.AnyText, MaxFiles), "Either these, which have the same attributes and are cut alike,"),
        Field.Optional("files", Shape.Some(CreateVectorStoreFile.Body, MaxFiles), "or these, each with its own."),
        FileAttributes.Field,
        ChunkingJson.Field);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/vector_stores/{id}/file_batches", Handle).WithBody(Body);

    static VectorStoreFileBatchView Handle(string id, JsonFields body, Caller caller, VectorStoreRows rows, FileStore files, VectorStoreRunner runner, TimeProvider clock)
    {
        body.RefuseOthers();
        VectorStore store = rows.FindUsable(id, caller.Organisation);
        if (body.Has("file_ids") == body.Has("files"))
            throw ApiError.Invalid("Give either 'file_ids' or 'files'.", "file_ids");
        DateTimeOffset now = clock.GetUtcNow();
        string batch = Ids.New(VectorStoreRows.BatchPrefix);
        ChunkSizes chunking = ChunkingJson.Read(body);
        var attributes = FileAttributes.Read(body);
        VectorStoreFile[] attached = body.Objects("files") is { } each
            ? [.. each.Select(item => One(item, store, batch, caller, files, now))]
            : [.. AttachedFiles.Read(body, "file_ids", files, caller).Select(file => AttachedFiles.New(file, store, now, chunking, attributes, batch))];
        rows.Attach(store.Id, attached, batch);
        runner.Notice();
        return rows.FindBatch(store.Id, batch);
    }

    static VectorStoreFile One(JsonFields item, VectorStore store, string batch, Caller caller, FileStore files, DateTimeOffset now)
    {
        item.RefuseOthers();
        return AttachedFiles.New(AttachedFiles.Known(item.RequiredString("file_id"), "files", files, caller), store, now, ChunkingJson.Read(item), FileAttributes.Read(item), batch);
    }
}
