using Hone.Server.Access;
using Hone.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.StoredCompletions;

/// <summary>DELETE /v1/chat/completions/{id}</summary>
static class DeleteStoredCompletion
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/v1/chat/completions/{id}", Handle);

    static Deleted Handle(string id, Caller caller, CompletionStore store)
    {
        store.Delete(store.Require(id, caller).Id);
        return new Deleted(id, "chat.completion.deleted");
    }
}
