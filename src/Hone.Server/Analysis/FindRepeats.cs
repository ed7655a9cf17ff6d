using Hone.Data.Analysis;
using Hone.Data.Analysis.Reports;
using Hone.Engine;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Analysis;

/// <summary>POST /v1/hone/repeats: rows that say in other words what an earlier one says.</summary>
static class FindRepeats
{
    const string Similarity = "similarity";

    static readonly ObjectShape Body = AnalysisBody.With("RepeatRequest",
        Field.Optional(Similarity, Shape.Above(0, 1), "The cosine from which on a row repeats another.", SemanticRepeats.DefaultSimilarity));

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/hone/repeats", Handle).WithReport<RepeatReport>(Body);

    static async Task<IResult> Handle(JsonFields body, QueryFields query, HttpContext context, Caller caller, AnalysisTexts texts, AnalysisAnswer answer, CancellationToken cancel)
    {
        AnalysisAnswer.Speak(query);
        double similarity = body.Number(Similarity) ?? SemanticRepeats.DefaultSimilarity;
        AnalysedTexts source = await texts.ReadAsync(body, caller, cancel);
        return await answer.SendAsync(context, source, source.Param, () => RepeatReport.Of(source.Texts, similarity, cancel), report => MapOf(report, source), cancel);
    }

    static MapContent MapOf(RepeatReport report, AnalysedTexts source)
    {
        HashSet<int> repeated = [.. report.Repeats.Select(one => one.Index)];
        MapGroup[] groups = [new MapGroup(Text.Of("repeats", "重复")), new MapGroup(Text.Of("others", "其他"), IsBackground: true)];
        return new MapContent(Text.Of($"Repeats in {source.Name}", $"{source.Name} 中的重复"), groups, [.. Enumerable.Range(0, report.Rows).Select(row => repeated.Contains(row) ? 0 : 1)], []);
    }
}
