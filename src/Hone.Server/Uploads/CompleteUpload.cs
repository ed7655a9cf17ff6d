using System.Text.Json;
using Hone.Server.Access;
using Hone.Server.Files;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Uploads;

/// <summary>POST /v1/uploads/{id}/complete</summary>
static class CompleteUpload
{
    static readonly ObjectShape Body = Shape.Closed(
        Field.Required("part_ids", Shape.List(Shape.AnyText), "In the order of the file."), Field.Optional("md5", Shape.AnyText, "Of the whole file, in hexadecimal."));

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/uploads/{id}/complete", Handle).WithBody(Body);

    static async Task<UploadView> Handle(string id, JsonFields body, Caller caller, UploadStore uploads, FileChecks checks, FileReportQueue reports, TimeProvider clock, CancellationToken cancel)
    {
        body.RefuseOthers();
        body.Required("part_ids");
        string[] parts = [.. body.Array("part_ids")!.Select(part => part.ValueKind == JsonValueKind.String ? part.GetString()! : throw ApiError.Invalid("A part's id must be a string.", "part_ids", "invalid_type"))];
        string? md5 = body.String("md5");
        PendingUpload upload = uploads.Find(id, caller.Organisation);
        (PendingUpload completed, StoredFile file) = await uploads.CompleteAsync(upload, parts, md5, path => checks.FindProblemAsync(path, upload.Purpose, cancel), cancel);
        reports.Add(file);
        return completed.ToView(clock.GetUtcNow(), file);
    }
}
