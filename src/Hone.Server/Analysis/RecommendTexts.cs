using System.Text.Json;
using Hone.Data.Analysis.Reports;
using Hone.Engine;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Analysis;

/// <summary>POST /v1/hone/recommendations: rows like those that somebody liked.</summary>
static class RecommendTexts
{
    const string Items = "items";

    static readonly ObjectShape Body = AnalysisBody.With("RecommendationRequest",
        Field.Required(Items, Shape.Some(Shape.Whole(0), AnalysisBody.MaxRows), "The rows that are liked, each by its index, from 0."),
        SearchTexts.Count);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/hone/recommendations", Handle).WithReport<SearchReport>(Body);

    static async Task<IResult> Handle(JsonFields body, QueryFields query, HttpContext context, Caller caller, AnalysisTexts texts, AnalysisAnswer answer, CancellationToken cancel)
    {
        AnalysisAnswer.Speak(query);
        body.Required(Items);
        JsonElement[] items = body.Array(Items)!;
        int count = SearchTexts.CountOf(body);
        AnalysedTexts source = await texts.ReadAsync(body, caller, cancel);
        int[] liked = [.. items.Select(item => RowOf(item, source.Texts.Count)).Distinct()];
        return await answer.SendAsync(context, source, Items, () => SearchReport.Recommend(source.Texts, liked, count), report => report.Map(source.Texts, Text.Of("Recommended", "推荐"), liked), cancel);
    }

    static int RowOf(JsonElement item, int rows) =>
        item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int row) && row >= 0 && row < rows
            ? row
            : throw ApiError.Invalid($"{JsonFields.Shown(item.GetRawText())} is no index of a row, from 0 to {rows - 1} - '{Items}'", Items);
}
