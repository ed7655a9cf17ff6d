using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Uploads;

/// <summary>POST /v1/uploads/{id}/parts: a form with the part <c>data</c>.</summary>
static class AddUploadPart
{
    const long MaxBytes = 64L << 20;
    const long MaxAround = 1 << 20;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/uploads/{id}/parts", Handle).WithBodyLimit(MaxBytes + MaxAround).WithForm("data");

    static async Task<PartView> Handle(string id, HttpRequest request, Caller caller, UploadStore uploads, CancellationToken cancel)
    {
        PendingUpload upload = uploads.Find(id, caller.Organisation);
        UploadPart part = await uploads.AddAsync(upload, async path =>
        {
            await MultipartForm.ReadAsync(request, path, cancel);
            if (new FileInfo(path).Length > MaxBytes)
                throw new ApiError(StatusCodes.Status413PayloadTooLarge, ApiError.InvalidRequest, $"A part can have at most {MaxBytes} bytes.", "data");
        });
        return part.ToView();
    }
}
