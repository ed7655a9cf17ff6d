using System.Text.Json.Nodes;
using Hone.Server.Access;
using Hone.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.StoredCompletions;

/// <summary>GET /v1/chat/completions/{id}/messages</summary>
static class ListStoredMessages
{
    const int DefaultLimit = 20, MaxLimit = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/chat/completions/{id}/messages", Handle);

    static CursorPage<JsonNode> Handle(string id, HttpRequest request, Caller caller, CompletionStore store)
    {
        PageRequest page = PageRequest.Of(request, DefaultLimit, MaxLimit, isDescending: false);
        IEnumerable<JsonNode> messages = JsonNode.Parse(store.Require(id, caller).Messages)!.AsArray().Select(message => message!);
        if (page.IsDescending)
            messages = messages.Reverse();
        JsonNode[] all = [.. messages];
        int skipped = page.After is null ? 0 : Array.FindIndex(all, message => IdOf(message) == page.After) + 1;
        if (page.After is not null && skipped == 0)
            throw ApiError.NotFound($"Message {JsonFields.Shown(page.After)} not found", "after", "not_found");
        return page.CursorPageOf([.. all.Skip(skipped).Take(page.Limit + 1)], IdOf);
    }

    static string IdOf(JsonNode message) => message["id"]!.GetValue<string>();
}
