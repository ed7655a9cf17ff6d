using Hone.Server.Access;
using Hone.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Files;

/// <summary>GET /v1/files/{id}</summary>
static class RetrieveFile
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/files/{id}", Handle).WithDetailedErrors();

    static FileView Handle(string id, Caller caller, FileStore files) => (files.Find(id, caller.Organisation) ?? throw FileErrors.Unknown(id)).ToView();
}
