using Hone.Data.Analysis.Reports;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Analysis;

/// <summary>POST /v1/hone/outliers: how far each row is from the others.</summary>
static class FindOutliers
{
    const string Neighbours = "neighbours";
    const int Listed = 20;

    static readonly ObjectShape Body = AnalysisBody.With("OutlierRequest",
        Field.Optional(Neighbours, Shape.Whole(1, OutlierReport.MostNeighbours), "The nearest rows that a row is compared with.", OutlierReport.DefaultNeighbours));

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/hone/outliers", Handle).WithReport<OutlierReport>(Body);

    static async Task<IResult> Handle(JsonFields body, QueryFields query, HttpContext context, Caller caller, AnalysisTexts texts, AnalysisAnswer answer, CancellationToken cancel)
    {
        AnalysisAnswer.Speak(query);
        int? neighbours = (int?)body.Integer(Neighbours);
        AnalysedTexts source = await texts.ReadAsync(body, caller, cancel);
        return await answer.SendAsync(context, source, neighbours is null ? source.Param : Neighbours, () => OutlierReport.Of(source.Texts, neighbours, cancel), report => report.Map(source.Texts, source.Name, Listed), cancel);
    }
}
