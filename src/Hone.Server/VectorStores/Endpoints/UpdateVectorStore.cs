using System.Text.Json;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>POST /v1/vector_stores/{id}: what is null is taken away, what is absent stays.</summary>
static class UpdateVectorStore
{
    static readonly ObjectShape Body = Shape.Closed(Field.Optional("name", Shape.AnyText), Field.Optional("expires_after", StoreExpiration.Object), Field.Optional("metadata", Metadata.Object));

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/vector_stores/{id}", Handle).WithBody(Body);

    static VectorStoreView Handle(string id, JsonFields body, Caller caller, VectorStoreRows rows)
    {
        body.RefuseOthers();
        rows.FindUsable(id, caller.Organisation);
        string name = body.String("name") ?? "";
        int? days = StoreExpiration.Read(body);
        IReadOnlyDictionary<string, string>? metadata = body.Metadata();
        return rows.View(rows.Change(id, store => store with
        {
            Name = IsSent(body, "name") ? name : store.Name,
            ExpiresAfterDays = IsSent(body, "expires_after") ? days : store.ExpiresAfterDays,
            Metadata = IsSent(body, "metadata") ? metadata : store.Metadata,
        }));
    }

    static bool IsSent(JsonFields body, string name) => body.Element.TryGetProperty(name, out JsonElement _);
}
