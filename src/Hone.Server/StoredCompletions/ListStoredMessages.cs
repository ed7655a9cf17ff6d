using System.Text.Json.Nodes;
using Hone.Server.Access;
using Hone.Server.Chat;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.StoredCompletions;

/// <summary>GET /v1/chat/completions/{id}/messages</summary>
static class ListStoredMessages
{
    const int DefaultLimit = 20, MaxLimit = 100;

    /// <summary>A message of the request, with an id of its own.</summary>
    static readonly ObjectShape Message = (Shape.Open(
    [
        Field.Required("id", Shape.AnyText),
        Field.OrNull("content_parts", Shape.List(Shape.Any)),
        .. ChatMessages.Message.Fields.Where(field => field.Name != "name" && field.Name != "content"),
        Field.OrNull("content", Shape.AnyText),
        Field.OrNull("name", Shape.AnyText),
    ]) with { Others = Shape.Any }).Named("StoredMessage");

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/chat/completions/{id}/messages", Handle)
        .WithQuery([.. PageRequest.Fields(DefaultLimit, MaxLimit), PageRequest.Order("asc")])
        .WithAnswer(CursorPage.Of(Message));

    static CursorPage<JsonNode> Handle(string id, QueryFields query, Caller caller, CompletionStore store)
    {
        PageRequest page = PageRequest.Of(query);
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
