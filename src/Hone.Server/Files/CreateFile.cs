using System.Globalization;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Files;

/// <summary>POST /v1/files</summary>
static class CreateFile
{
    const long MaxBytes = 512L << 20;
    const long MaxAround = 1 << 20;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/files", Handle).WithBodyLimit(MaxBytes + MaxAround).WithDetailedErrors()
        .WithForm("file", [Field.Required("purpose", Shape.OneOf(FilePurposes.OfRequests)), .. FileLifetime.Parts]);

    static async Task<FileView> Handle(HttpRequest request, Caller caller, FileStore files, FileChecks checks, FileReportQueue reports, CancellationToken cancel)
    {
        string pending = files.NewPendingPath();
        try
        {
            MultipartForm form = await MultipartForm.ReadAsync(request, pending, cancel);
            string purpose = form.RequiredChoice("purpose");
            TimeSpan? lifetime = FileLifetime.Of(form);
            RequireSize(new FileInfo(pending).Length, purpose);
            string? problem = await checks.FindProblemAsync(pending, purpose, cancel);
            StoredFile file = files.Keep(pending, caller.Organisation, caller.Project, purpose, form.Filename, lifetime, problem);
            reports.Add(file);
            return file.ToView();
        }
        finally
        {
            File.Delete(pending);
        }
    }

    static void RequireSize(long bytes, string purpose)
    {
        (long most, string advice) = purpose == FilePurposes.Batch ? (FilePurposes.LargestBatch, "Split it into several batches.") : (MaxBytes, "Send larger files in parts: POST /v1/uploads.");
        if (bytes > most)
            throw new ApiError(
                StatusCodes.Status413PayloadTooLarge,
                ApiError.InvalidRequest,
                string.Create(CultureInfo.InvariantCulture, $"The file has {bytes} bytes; at most {most} are possible for the purpose '{purpose}'. {advice}"),
                "file");
    }
}
