using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Completions;

/// <summary>POST /v1/completions</summary>
static class CreateCompletion
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/completions", Handle)
        .WithBody(CompletionRequest.Body)
        .WithAnswer(TextCompletions.Answer)
        .WithAnswer(TextCompletions.Answer, "text/event-stream");

    static Task Handle(JsonFields body, Caller caller, TextCompletions completions, HttpContext context, CancellationToken cancel) =>
        completions.AnswerAsync(body, caller, context.Response, cancel);
}
