using System.Text.Json;
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

/// <summary>POST /v1/hone/search: the rows that say what is looked for. Nothing is kept: a vector store is for rows that are searched again and again.</summary>
static class SearchTexts
{
    const string Query = "query";

    /// <summary>How many rows an answer has.</summary>
    public static readonly Field Count = Field.Optional("count", Shape.Whole(1, AnalysisBody.MaxRows), "The most rows of the answer.", DefaultCount);

    const int DefaultCount = 10;

    static readonly ObjectShape Body = AnalysisBody.With("SearchRequest",
        Field.Required(Query, Shape.Either(Shape.Some(Shape.AnyNumber, AnalysisBody.MaxDimensions), Shape.Text(1)), "What is looked for, as a text or as a vector."),
        Count);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/hone/search", Handle).WithReport<SearchReport>(Body);

    public static int CountOf(JsonFields body) => (int)(body.Integer(Count.Name) ?? DefaultCount);

    static async Task<IResult> Handle(JsonFields body, QueryFields query, HttpContext context, Caller caller, AnalysisTexts texts, AnalysisAnswer answer, CancellationToken cancel)
    {
        AnalysisAnswer.Speak(query);
        JsonElement sought = body.Required(Query);
        int count = CountOf(body);
        AnalysedTexts source = await texts.ReadAsync(body, caller, cancel);
        Points asked = sought.ValueKind == JsonValueKind.Array
            ? AnalysisTexts.Refusing(Query, () => Points.Of([AnalysisTexts.VectorOf(sought, Query)], _ => $"'{Query}'").Unit(_ => $"'{Query}'"))
            : AnalysisTexts.Fit(await texts.EmbedAsync([body.RequiredString(Query)], body, caller, Query, source.Texts, cancel), source.Texts, Query);
        return await answer.SendAsync(context, source, Query, () => SearchReport.Of(source.Texts, asked.Row(0), count), report => report.Map(source.Texts, Text.Of($"Search in {source.Name}", $"在 {source.Name} 中搜索"), []), cancel);
    }
}
