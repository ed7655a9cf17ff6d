using Hone.Data.Checks.Reports;
using Hone.Engine;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Files;

/// <summary>GET /v1/hone/files/{id}/report: all that is wrong with a training file, and its measures; as a page for those who accept text/html. Where it is being made, the answer comes when it is done.</summary>
static class RetrieveFileReport
{
    const string Html = "text/html";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/hone/files/{id}/report", Handle).WithDetailedErrors()
        .WithQuery(Field.Optional("lang", Shape.OneOf([.. FileReports.Languages]), "The language of the findings and of the page.", "en"))
        .WithAnswer(Shape.Of<CheckReport>())
        .WithAnswer(Shape.AnyText, Html);

    static async Task<IResult> Handle(string id, QueryFields query, HttpContext context, Caller caller, FileStore files, FileReports reports, CancellationToken cancel)
    {
        StoredFile file = files.Find(id, caller.Organisation) ?? throw FileErrors.Unknown(id);
        if (file.Purpose != FilePurposes.FineTune)
            throw ApiError.Invalid($"The file {id} has the purpose '{file.Purpose}'; only files for '{FilePurposes.FineTune}' have a report.", "id");
        string language = query.Text("lang")!;
        CheckReport report = await GetAsync(reports, files, file, language, cancel);
        if (!context.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(Html, StringComparison.OrdinalIgnoreCase)))
            return TypedResults.Ok(report);

        Text.IsChinese = language == "zh"; // of this request alone
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        return TypedResults.Content(CheckPage.Of(report), Html + "; charset=utf-8");
    }

    static async Task<CheckReport> GetAsync(FileReports reports, FileStore files, StoredFile file, string language, CancellationToken cancel)
    {
        try
        {
            return await reports.GetAsync(file, language, cancel);
        }
        catch (HoneException) when (!File.Exists(files.PathOf(file)))
        {
            // It was deleted a moment ago.
            throw FileErrors.Unknown(file.Id);
        }
    }
}
