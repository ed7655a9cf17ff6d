using Hone.Data.Analysis.Reports;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Analysis;

/// <summary>POST /v1/hone/diversity: how different the rows are from one another.</summary>
static class MeasureDiversity
{
    static readonly ObjectShape Body = AnalysisBody.With("DiversityRequest", ClusterTexts.Seed);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/hone/diversity", Handle).WithReport<DiversityReport>(Body);

    static async Task<IResult> Handle(JsonFields body, QueryFields query, HttpContext context, Caller caller, AnalysisTexts texts, AnalysisAnswer answer, CancellationToken cancel)
    {
        AnalysisAnswer.Speak(query);
        ulong seed = ClusterTexts.SeedOf(body);
        AnalysedTexts source = await texts.ReadAsync(body, caller, cancel);
        return await answer.SendAsync(context, source, source.Param, () => DiversityReport.Of(source.Texts, seed, cancel), report => report.Map(source.Name), cancel);
    }
}
