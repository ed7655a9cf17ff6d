using Hone.Server.Access;
using Hone.Server.Files;
using Hone.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Uploads;

/// <summary>POST /v1/uploads</summary>
static class CreateUpload
{
    const long MaxBytes = 8L << 30;
    const int MaxText = 1000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/uploads", Handle);

    static UploadView Handle(JsonFields body, Caller caller, UploadStore uploads, TimeProvider clock)
    {
        body.RefuseOthers("filename", "purpose", "bytes", "mime_type", "expires_after");
        string filename = body.RequiredString("filename", 1, MaxText);
        string purpose = FilePurposes.RequireForUpload(body.RequiredString("purpose"));
        body.Required("bytes");
        long bytes = body.Integer("bytes", 1, MaxBytes)!.Value;
        string type = body.RequiredString("mime_type", 1, MaxText);
        return uploads.Create(caller, purpose, filename, bytes, type, FileLifetime.Of(body)).ToView(clock.GetUtcNow());
    }
}
