using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Chat;

/// <summary>POST /v1/chat/completions</summary>
static class CreateChatCompletion
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/chat/completions", Handle)
        .WithBody(ChatRequest.Object)
        .WithAnswer(ChatShapes.Completion)
        .WithAnswer(ChatShapes.Chunk, "text/event-stream");

    static Task Handle(JsonFields body, Caller caller, ChatCompletions completions, HttpContext context, CancellationToken cancel) =>
        completions.AnswerAsync(body, caller, context.Response, cancel);
}
