using Hone.Server.Access;
using Hone.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Files;

/// <summary>DELETE /v1/files/{id}</summary>
static class DeleteFile
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/v1/files/{id}", Handle).WithDetailedErrors();

    static Deleted Handle(string id, Caller caller, FileStore files)
    {
        try
        {
            return files.Delete(id, caller.Organisation) ? new Deleted(id, "file") : throw FileErrors.Unknown(id);
        }
        catch (FileInUseException use)
        {
            throw FileErrors.InUse(use);
        }
    }
}
