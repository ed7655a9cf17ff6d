using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.Tests.OpenApi;

namespace Hone.Server.Tests.Contract;

/// <summary>
/// Holds every JSON answer that passes through a client against the contract, and it and its request against the server's own document; streams of events pass unread, and have tests of their own.
/// </summary>
sealed class ContractHandler(OwnDocument document) : DelegatingHandler(new SocketsHttpHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        JsonNode? sent = await SentAsync(request, cancellationToken);
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        string path = request.RequestUri!.AbsolutePath;
        if (response.Content.Headers.ContentType?.MediaType != "application/json" || !path.StartsWith("/v1/", StringComparison.Ordinal))
            return response;
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        JsonNode? body = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        string[] problems =
        [
            .. Contract.Current.Problems(request.Method.Method, path, (int)response.StatusCode, body),
            .. document.AnswerProblems(request.Method.Method, path, (int)response.StatusCode, body),
            .. response.IsSuccessStatusCode ? document.RequestProblems(request.Method.Method, request.RequestUri, sent) : [],
        ];
        if (problems.Length > 0)
            throw new ContractException($"{request.Method} {path} answered {(int)response.StatusCode} with {body?.ToJsonString()}:\n{string.Join('\n', problems)}");
        return response;
    }

    /// <summary>The JSON of a request; null where it sends none.</summary>
    static async Task<JsonNode?> SentAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        if (request.Content?.Headers.ContentType?.MediaType != "application/json")
            return null;
        await request.Content.LoadIntoBufferAsync(cancel);
        try
        {
            return JsonNode.Parse(await request.Content.ReadAsStringAsync(cancel));
        }
        catch (JsonException)
        {
            return null; // A test of what the server does with it.
        }
    }
}

/// <summary>An answer that clients of the interface would not expect.</summary>
sealed class ContractException(string message) : Exception(message);
