using System.Text.Json.Nodes;

namespace Hone.Server.Tests.Contract;

/// <summary>Holds every JSON answer that passes through a client against the contract; streams of events pass unread, and have tests of their own.</summary>
sealed class ContractHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        string path = request.RequestUri!.AbsolutePath;
        if (response.Content.Headers.ContentType?.MediaType != "application/json" || !path.StartsWith("/v1/", StringComparison.Ordinal))
            return response;
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        JsonNode? body = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        IReadOnlyList<string> problems = Contract.Current.Problems(request.Method.Method, path, (int)response.StatusCode, body);
        if (problems.Count > 0)
            throw new ContractException($"{request.Method} {path} answered {(int)response.StatusCode} with {body?.ToJsonString()}:\n{string.Join('\n', problems)}");
        return response;
    }
}

/// <summary>An answer that clients of the interface would not expect.</summary>
sealed class ContractException(string message) : Exception(message);
