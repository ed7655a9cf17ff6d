using Hone.Data.Analysis.Reports;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Analysis;

/// <summary>POST /v1/hone/clusters: rows that say similar things in groups, with the words of each.</summary>
static class ClusterTexts
{
    const string Count = "k", Method = "method", Smallest = "smallest", Density = "density";

    /// <summary>What is chosen by chance.</summary>
    public static readonly Field Seed = Field.Optional("seed", Shape.Whole(0), "Another number, another choice by chance.", 0);

    static readonly ObjectShape Body = AnalysisBody.With("ClusterRequest",
        Field.Optional(Method, Shape.OneOf("kmeans", Density), "k-means, or density: dense places are groups, and rows between them are in none (HDBSCAN).", "kmeans"),
        Field.Optional(Count, Shape.Whole(2, ClusterOptions.MostClusters), "The number of groups; absent for the one with the largest silhouette."),
        Field.Optional(Smallest, Shape.Whole(2, ClusterOptions.LargestSmallest), "With density: the rows that a group has at least.", ClusterOptions.DefaultSmallest),
        Seed);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/hone/clusters", Handle).WithReport<ClusterReport>(Body);

    public static ulong SeedOf(JsonFields body) => (ulong)(body.Integer(Seed.Name) ?? 0);

    static async Task<IResult> Handle(JsonFields body, QueryFields query, HttpContext context, Caller caller, AnalysisTexts texts, AnalysisAnswer answer, CancellationToken cancel)
    {
        AnalysisAnswer.Speak(query);
        ClusterOptions options = new()
        {
            IsByDensity = body.String(Method) == Density,
            Clusters = (int?)body.Integer(Count),
            Smallest = (int)(body.Integer(Smallest) ?? ClusterOptions.DefaultSmallest),
            Seed = SeedOf(body),
        };
        if (options.IsByDensity && options.Clusters is not null)
            throw ApiError.Invalid("'density' finds the number of groups itself. Leave 'k' out.", Count);
        AnalysedTexts source = await texts.ReadAsync(body, caller, cancel);
        return await answer.SendAsync(context, source, options.IsByDensity ? Smallest : Count, () => ClusterReport.Of(source.Texts, options, cancel), report => report.Map(source.Texts, source.Name), cancel);
    }
}
