using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Data.Tests.Endpoints;

/// <summary>
/// An endpoint that answers as a test says. A fake, because no real server fails on demand: the commands are tested against the real <c>hone serve</c>.
/// </summary>
sealed class ScriptedHandler(Func<int, JsonNode, HttpResponseMessage> answer) : HttpMessageHandler
{
    readonly Lock _lock = new();

    /// <summary>What was asked, in the order in which it arrived.</summary>
    public List<JsonNode> Requests { get; } = [];

    public List<string?> Keys { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        JsonNode body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
        lock (_lock)
        {
            Requests.Add(body);
            Keys.Add(request.Headers.Authorization?.ToString());
            return answer(Requests.Count, body);
        }
    }

    public static HttpResponseMessage Text(string text, string finish = "stop", bool hasUsage = true) =>
        Json(HttpStatusCode.OK, new JsonObject
        {
            ["choices"] = new JsonArray(new JsonObject { ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = text }, ["finish_reason"] = finish }),
            ["usage"] = hasUsage ? new JsonObject { ["prompt_tokens"] = 10, ["completion_tokens"] = 2 } : null,
        });

    public static HttpResponseMessage Error(HttpStatusCode status, string message, string? code = null, string? param = null) =>
        Json(status, new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["code"] = code, ["param"] = param } });

    public static HttpResponseMessage Body(string body) => new(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    static HttpResponseMessage Json(HttpStatusCode status, JsonObject body) =>
        new(status) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
}
