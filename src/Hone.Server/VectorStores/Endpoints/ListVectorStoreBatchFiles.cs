using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>GET /v1/vector_stores/{id}/file_batches/{batch}/files</summary>
static class ListVectorStoreBatchFiles
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/vector_stores/{id}/file_batches/{batch}/files", Handle).WithQuery(ListVectorStoreFiles.Query);

    static CursorPage<VectorStoreFileView> Handle(string id, string batch, QueryFields query, Caller caller, VectorStoreRows rows)
    {
        string store = rows.Find(id, caller.Organisation).Id;
        return rows.ListFiles(store, rows.FindBatch(store, batch).Id, query.Text("filter"), PageRequest.Of(query));
    }
}
