using Hone.Server.Access;
using Hone.Server.Files;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Uploads;

/// <summary>POST /v1/uploads</summary>
static class CreateUpload
{
    const long MaxBytes = 8L << 30;
    const int MaxText = 1000;

    static readonly ObjectShape Body = Shape.Closed(
        Field.Required("filename", Shape.Text(1, MaxText)),
        Field.Required("purpose", Shape.OneOf(FilePurposes.OfUploads)),
        Field.Required("bytes", Shape.Whole(1, MaxBytes), "Of all parts together."),
        Field.Required("mime_type", Shape.Text(1, MaxText)),
        Field.Optional("expires_after", FileLifetime.Object));

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/uploads", Handle).WithBody(Body);

    static UploadView Handle(JsonFields body, Caller caller, UploadStore uploads, TimeProvider clock)
    {
        body.RefuseOthers();
        string filename = body.RequiredString("filename");
        string purpose = body.RequiredString("purpose");
        long bytes = body.RequiredInteger("bytes");
        if (purpose == FilePurposes.Batch && bytes > FilePurposes.LargestBatch)
            throw ApiError.Invalid(FormattableString.Invariant($"{bytes} is greater than the maximum of {FilePurposes.LargestBatch} for the purpose 'batch' - 'bytes'"), "bytes");
        string type = body.RequiredString("mime_type");
        return uploads.Create(caller, purpose, filename, bytes, type, FileLifetime.Of(body)).ToView(clock.GetUtcNow());
    }
}
