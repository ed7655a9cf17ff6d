using Hone.Server.Access;
using Hone.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Files;

/// <summary>DELETE /v1/files/{id}</summary>
static class DeleteFile
{
    public sealed record DeletedFile(string Id)
    {
        public string Object { get; } = "file";

        public bool Deleted { get; } = true;
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/v1/files/{id}", Handle).WithDetailedErrors();

    static DeletedFile Handle(string id, Caller caller, FileStore files) => files.Delete(id, caller.Organisation) ? new DeletedFile(id) : throw FileErrors.Unknown(id);
}
