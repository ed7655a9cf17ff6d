using Hone.Server.Access;
using Hone.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Chat;

/// <summary>POST /v1/chat/completions</summary>
static class CreateChatCompletion
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/chat/completions", Handle);

    static Task Handle(JsonFields body, Caller caller, ChatCompletions completions, HttpContext context, CancellationToken cancel) =>
        completions.AnswerAsync(body, caller, context.Response, cancel);
}
