using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Http;

/// <summary>GET /health</summary>
static class GetHealth
{
    public sealed record Health(string Status);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/health", Handle).AllowAnonymous();

    static Health Handle() => new("ok");
}
