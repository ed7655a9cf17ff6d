using System.Text.Json.Nodes;
using Hone.Server.Access;
using Hone.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.StoredCompletions;

/// <summary>GET /v1/chat/completions</summary>
static class ListStoredCompletions
{
    const int DefaultLimit = 20, MaxLimit = 100;
    const string MetadataPrefix = "metadata[";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/chat/completions", Handle);

    static CursorPage<JsonObject> Handle(HttpRequest request, Caller caller, CompletionStore store)
    {
        // The specification says ascending; the real service answers with the newest first.
        PageRequest page = PageRequest.Of(request, DefaultLimit, MaxLimit);
        if (page.After is { } after)
            store.Require(after, caller);
        Dictionary<string, string> metadata = request.Query.Where(pair => pair.Key.StartsWith(MetadataPrefix, StringComparison.Ordinal) && pair.Key.EndsWith(']'))
            .ToDictionary(pair => pair.Key[MetadataPrefix.Length..^1], pair => pair.Value.ToString(), StringComparer.Ordinal);
        JsonObject[] found = [.. store.List(caller, PageRequest.Text(request, "model"), metadata, page).Select(store.View)];
        return page.CursorPageOf(found, completion => completion["id"]!.GetValue<string>());
    }
}
