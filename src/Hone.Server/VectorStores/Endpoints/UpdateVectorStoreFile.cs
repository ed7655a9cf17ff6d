using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>POST /v1/vector_stores/{id}/files/{file}: gives a file other attributes.</summary>
static class UpdateVectorStoreFile
{
    static readonly ObjectShape Body = Shape.Closed(FileAttributes.Field);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/vector_stores/{id}/files/{file}", Handle).WithBody(Body);

    static async Task<VectorStoreFileView> Handle(string id, string file, JsonFields body, Caller caller, VectorStoreRows rows, StoreVectors vectors, CancellationToken cancel)
    {
        body.RefuseOthers();
        VectorStore store = rows.FindUsable(id, caller.Organisation);
        rows.FindFile(store.Id, file);
        if (!body.Element.TryGetProperty("attributes", out _))
            throw ApiError.Invalid("Missing required parameter: 'attributes'.", "attributes", "missing_required_parameter");
        var attributes = FileAttributes.Read(body);
        VectorStoreFile changed = rows.ChangeFile(store.Id, file, current => current with { Attributes = attributes }) ?? rows.FindFile(store.Id, file);
        // Of a file in progress whoever takes it in sees them at the end.
        if (changed.Status == VectorStoreFile.Completed)
            await vectors.SetAttributesAsync(changed, cancel);
        return changed.ToView();
    }
}
