using System.Text.Json.Nodes;
using Hone.Server.Access;
using Hone.Server.Chat;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.StoredCompletions;

/// <summary>POST /v1/chat/completions/{id}: only the metadata can change.</summary>
static class UpdateStoredCompletion
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/chat/completions/{id}", Handle)
        .WithBody(Shape.Closed(Field.OrNull("metadata", Metadata.Object)))
        .WithAnswer(ChatShapes.Stored);

    static JsonObject Handle(string id, JsonFields body, Caller caller, CompletionStore store)
    {
        StoredCompletion completion = store.Require(id, caller);
        body.RefuseOthers();
        if (!body.Element.TryGetProperty("metadata", out _))
            body.Required("metadata");
        store.SetMetadata(id, body.Metadata());
        return store.View(completion);
    }
}
