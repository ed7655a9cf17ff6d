using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>GET /v1/vector_stores/{id}/files</summary>
static class ListVectorStoreFiles
{
    /// <summary>The parameters of this list and of that of a batch.</summary>
    public static readonly Field[] Query =
    [
        .. ListVectorStores.Page,
        Field.Optional("filter", Shape.OneOf(VectorStoreFile.InProgress, VectorStoreFile.Completed, VectorStoreFile.Failed, VectorStoreFile.Cancelled), "Files in this state alone."),
    ];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/vector_stores/{id}/files", Handle).WithQuery(Query);

    static CursorPage<VectorStoreFileView> Handle(string id, QueryFields query, Caller caller, VectorStoreRows rows) =>
        rows.ListFiles(rows.Find(id, caller.Organisation).Id, batch: null, query.Text("filter"), PageRequest.Of(query));
}
