using Hone.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.OpenApi;

/// <summary>GET /openapi.json: what this server can do, for tools that generate clients.</summary>
static class GetOpenApi
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/openapi.json", Handle).AllowAnonymous().WithAnswer(Shape.Open());

    static ContentHttpResult Handle(EndpointDataSource endpoints) => TypedResults.Content(OpenApiDocument.Of(endpoints).ToJsonString(Json.Options), "application/json");
}
