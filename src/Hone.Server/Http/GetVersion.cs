using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Http;

/// <summary>GET /version</summary>
static class GetVersion
{
    public sealed record ServerVersion(string Name, string Version);

    public static string Current { get; } = typeof(GetVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/version", Handle).AllowAnonymous();

    static ServerVersion Handle() => new("hone", Current);
}
