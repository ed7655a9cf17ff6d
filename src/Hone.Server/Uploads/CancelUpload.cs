using Hone.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Uploads;

/// <summary>POST /v1/uploads/{id}/cancel</summary>
static class CancelUpload
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/uploads/{id}/cancel", Handle);

    static UploadView Handle(string id, Caller caller, UploadStore uploads, TimeProvider clock) => uploads.Cancel(uploads.Find(id, caller.Organisation)).ToView(clock.GetUtcNow());
}
