using Hone.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.StoredCompletions;

/// <summary>DELETE /v1/chat/completions/{id}</summary>
static class DeleteStoredCompletion
{
    public sealed record DeletedCompletion(string Id)
    {
        public string Object { get; } = "chat.completion.deleted";

        public bool Deleted { get; } = true;
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/v1/chat/completions/{id}", Handle);

    static DeletedCompletion Handle(string id, Caller caller, CompletionStore store)
    {
        caller.Require(Role.Member);
        store.Delete(store.Require(id, caller).Id);
        return new DeletedCompletion(id);
    }
}
