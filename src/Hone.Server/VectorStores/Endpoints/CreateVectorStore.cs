using Hone.Server.Access;
using Hone.Server.Embeddings;
using Hone.Server.Files;
using Hone.Server.Http;
using Hone.Server.Models;
using Hone.Server.OpenApi;
using Hone.Server.VectorStores.Ingestion;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>POST /v1/vector_stores</summary>
static class CreateVectorStore
{
    const int MaxFiles = 500;

    /// <summary>The model that the original makes the vectors of its stores with: here an alias.</summary>
    const string DefaultModel = "text-embedding-3-large";

    static readonly ObjectShape Extension = Shape.Closed(Field.Optional("embedding_model", Shape.AnyText, "The model that makes the vectors.", DefaultModel));

    static readonly ObjectShape Body = Shape.Closed(
        Field.Optional("name", Shape.AnyText),
        Field.Optional("description", Shape.AnyText),
        Field.Optional("file_ids", Shape.List(Shape.AnyText, MaxFiles), "Files that are attached at once."),
        Field.Optional("expires_after", StoreExpiration.Object),
        ChunkingJson.Field,
        Field.Optional("metadata", Metadata.Object),
        Field.Optional("hone", Extension));

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/vector_stores", Handle).WithBody(Body);

    static VectorStoreView Handle(JsonFields body, Caller caller, VectorStoreRows rows, FileStore files, VisibleModels models, VectorStoreRunner runner, TimeProvider clock)
    {
        body.RefuseOthers();
        JsonFields? extension = body.Object("hone");
        extension?.RefuseOthers();
        ModelEntry model = models.Find(extension?.String("embedding_model") ?? DefaultModel, caller);
        LoadedEmbedders.Require(model, "hone.embedding_model");
        DateTimeOffset now = clock.GetUtcNow();
        VectorStore store = new()
        {
            Id = Ids.New(VectorStoreRows.StorePrefix),
            Organisation = caller.Organisation,
            Name = body.String("name") ?? "",
            Description = body.String("description"),
            CreatedAt = now,
            ExpiresAfterDays = StoreExpiration.Read(body),
            Metadata = body.Metadata(),
            Model = model.Id,
        };
        ChunkSizes chunking = ChunkingJson.Read(body);
        rows.Create(store, AttachedFiles.Read(body, "file_ids", files, caller).Select(id => AttachedFiles.New(id, store, now, chunking, attributes: null)));
        runner.Notice();
        return rows.View(store);
    }
}
