using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hone.Cli.Tests.DataSets;

/// <summary>
/// An endpoint on a free port that answers as a test says. A fake, because no real server fails, forgets its manners or waits on demand; beside it the commands are
/// tested against the real <c>hone serve</c>.
/// </summary>
sealed class ScriptedEndpoint : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly Lock _lock = new();
    readonly List<JsonNode> _requests = [];
    readonly Func<int, JsonNode, Answer> _answer;

    public ScriptedEndpoint(Func<int, JsonNode, Answer> answer)
    {
        _answer = answer;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/chat/completions", Handle);
        _app.Start();
        string address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Url = $"{address}/v1";
    }

    public sealed record Answer(int Status, string Body)
    {
        public (string Name, string Value)? Header { get; init; }

        /// <summary>None, until the client goes away.</summary>
        public static readonly Answer Never = new(0, "");

        public static Answer Text(string text) =>
            new(200, JsonSerializer.Serialize(new
            {
                choices = new[] { new { message = new { role = "assistant", content = text }, finish_reason = "stop" } },
                usage = new { prompt_tokens = 10, completion_tokens = 2 },
            }));

        public static Answer Error(int status, string message) => new(status, JsonSerializer.Serialize(new { error = new { message } }));
    }

    public string Url { get; }

    /// <summary>The last user message of each request, in the order in which they arrived.</summary>
    public string[] Asked
    {
        get
        {
            lock (_lock)
                return [.. _requests.Select(LastMessage)];
        }
    }

    public string? Key { get; private set; }

    public static string LastMessage(JsonNode request) => request["messages"]!.AsArray()[^1]!["content"]!.GetValue<string>();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task Handle(HttpContext context)
    {
        JsonNode request = (await JsonNode.ParseAsync(context.Request.Body))!;
        int count;
        lock (_lock)
        {
            _requests.Add(request);
            count = _requests.Count;
            Key = context.Request.Headers.Authorization.ToString();
        }
        Answer answer = _answer(count, request);
        if (answer == Answer.Never)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }
        context.Response.StatusCode = answer.Status;
        if (answer.Header is { } header)
            context.Response.Headers[header.Name] = header.Value;
        await context.Response.WriteAsync(answer.Body);
    }
}
