using System.Text.Json.Nodes;
using Hone.Server.Access;
using Hone.Server.Chat;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.StoredCompletions;

/// <summary>GET /v1/chat/completions/{id}</summary>
static class RetrieveStoredCompletion
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/chat/completions/{id}", Handle).WithAnswer(ChatShapes.Stored);

    static JsonObject Handle(string id, Caller caller, CompletionStore store) => store.View(store.Require(id, caller));
}
