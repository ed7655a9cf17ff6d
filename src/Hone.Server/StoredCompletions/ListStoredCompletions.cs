using System.Text.Json.Nodes;
using Hone.Server.Access;
using Hone.Server.Chat;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.StoredCompletions;

/// <summary>GET /v1/chat/completions</summary>
static class ListStoredCompletions
{
    const int DefaultLimit = 20, MaxLimit = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/chat/completions", Handle)
        .WithQuery([Field.Optional("model", Shape.AnyText), Field.Optional("metadata", Metadata.Object, "Pairs that a completion must have."), .. PageRequest.Fields(DefaultLimit, MaxLimit), PageRequest.Order("desc")])
        .WithAnswer(CursorPage.Of(ChatShapes.Stored));

    static CursorPage<JsonObject> Handle(QueryFields query, Caller caller, CompletionStore store)
    {
        // The specification says ascending; the real service answers with the newest first.
        PageRequest page = PageRequest.Of(query);
        if (page.After is { } after)
            store.Require(after, caller);
        JsonObject[] found = [.. store.List(caller, query.Text("model"), query.Pairs("metadata"), page).Select(store.View)];
        return page.CursorPageOf(found, completion => completion["id"]!.GetValue<string>());
    }
}
