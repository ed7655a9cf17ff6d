using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>GET /v1/vector_stores</summary>
static class ListVectorStores
{
    const int DefaultLimit = 20, MaxLimit = 100;

    /// <summary>The parameters of this list and of those of files.</summary>
    public static readonly Field[] Page = [.. PageRequest.Fields(DefaultLimit, MaxLimit), PageRequest.BeforeField, PageRequest.Order("desc")];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/vector_stores", Handle).WithQuery(Page);

    static CursorPage<VectorStoreView> Handle(QueryFields query, Caller caller, VectorStoreRows rows) => rows.List(caller.Organisation, PageRequest.Of(query));
}
