using System.Text.Json;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Hone.Server.VectorStores.Indexes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>POST /v1/vector_stores/{id}/search</summary>
static class SearchVectorStore
{
    const int MaxQueries = 32;

    static readonly ObjectShape Ranking = Shape.Closed(
        Field.Optional("ranker", Shape.OneOf("none", "auto", "default-2024-11-15"), "All of them rank by the cosine of the vectors here.", "auto"),
        Field.Optional("score_threshold", Shape.Number(0, 1), fallback: 0));

    static readonly ObjectShape Body = Shape.Closed(
        Field.Required("query", Shape.Either(Shape.Some(Shape.AnyText, MaxQueries), Shape.AnyText), "A question, or several, whose results are put together."),
        Field.Optional("rewrite_query", Shape.Boolean, "Makes no difference here: questions are searched as they are, which 'search_query' shows.", false),
        Field.Optional("max_num_results", Shape.Whole(1, VectorStoreSearch.MaxResults), fallback: 10),
        Field.Optional("filters", FilterJson.Object),
        Field.Optional("ranking_options", Ranking));

    public sealed record ResultsPage(IReadOnlyList<string> SearchQuery, IReadOnlyList<VectorStoreResult> Data)
    {
        public string Object { get; } = "vector_store.search_results.page";

        public bool HasMore { get; }

        public string? NextPage { get; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/vector_stores/{id}/search", Handle).WithBody(Body);

    static async Task<ResultsPage> Handle(string id, JsonFields body, Caller caller, VectorStoreRows rows, VectorStoreSearch search, CancellationToken cancel)
    {
        body.RefuseOthers();
        VectorStore store = rows.FindUsable(id, caller.Organisation);
        string[] queries = ReadQueries(body);
        body.Boolean("rewrite_query");
        JsonFields? ranking = body.Object("ranking_options");
        ranking?.RefuseOthers();
        ranking?.String("ranker");
        VectorFilter? filter = body.Object("filters") is { } filters ? FilterJson.Read(filters, "filters", StoreVectors.KeyOf) : null;
        int count = (int)(body.Integer("max_num_results") ?? 10);
        return new ResultsPage(queries, await search.FindAsync([store], queries, count, filter, ranking?.Number("score_threshold") ?? 0, cancel));
    }

    static string[] ReadQueries(JsonFields body)
    {
        string[] queries = body.Required("query").ValueKind == JsonValueKind.String
            ? [body.String("query")!]
            : [.. body.Array("query")!.Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw ApiError.Invalid($"{JsonFields.Shown(item.GetRawText())} is not of type 'string' - 'query'", "query", "invalid_type"))];
        return queries.Any(string.IsNullOrWhiteSpace) ? throw ApiError.Invalid("Invalid 'query': a question cannot be an empty string.", "query") : queries;
    }
}
