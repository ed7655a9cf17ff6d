using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.Inference;
using Hone.Server.Limits;
using Hone.Server.Models;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Embeddings;

/// <summary>POST /v1/embeddings</summary>
static class CreateEmbedding
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/embeddings", Handle).WithBody(EmbeddingRequest.Body).WithAnswer(EmbeddingJson.Answer);

    static async Task Handle(
        JsonFields body, Caller caller, VisibleModels models, LoadedEmbedders embedders, RateLimits limits, InferenceMetrics metrics, HttpContext context, CancellationToken cancel)
    {
        string name = body.RequiredString("model");
        ModelEntry entry = models.Find(name, caller);
        using LoadedEmbedders.Rented rented = await embedders.RentAsync(entry, cancel);
        var request = EmbeddingRequest.Read(body, rented.Model, standIn: name != entry.Id ? entry.Id : null);

        float[][] vectors = await limits.Begin(caller, request.TokenCount, () => rented.EmbedAsync(request.Texts, request.TooLong, cancel));

        var usage = new Usage(request.TokenCount, CompletionTokens: 0, CachedTokens: 0);
        metrics.Count(usage, entry.Id);
        context.Response.Headers["openai-model"] = entry.Id;
        await CompletionBody.Of(writer => EmbeddingJson.Write(writer, request, vectors, entry.Id), usage).SendAsync(context.Response, cancel);
    }
}
