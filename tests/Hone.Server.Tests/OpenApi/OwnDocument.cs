using System.Text.Json.Nodes;
using System.Web;
using Hone.Server.OpenApi;
using Hone.Server.Tests.Contract;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.OpenApi;

/// <summary>What the server says of itself. What it takes and what it answers in any test must be in it.</summary>
sealed class OwnDocument
{
    static readonly Lock Turn = new();
    static OwnDocument? _current;

    readonly JsonNode _document;

    OwnDocument(JsonNode document) => _document = document;

    /// <summary>The same for all servers.</summary>
    public static OwnDocument Of(IServiceProvider server)
    {
        lock (Turn)
            return _current ??= new OwnDocument(JsonNode.Parse(OpenApiDocument.Of(server.GetRequiredService<EndpointDataSource>()).ToJsonString())!);
    }

    /// <summary>What the document does not say of an answer that was given.</summary>
    public IReadOnlyList<string> AnswerProblems(string method, string path, int status, JsonNode? body) =>
        FindOperation(method, path) is { } operation ? Problems((operation["responses"]![$"{status}"] ?? operation["responses"]!["default"])!["content"], "application/json", body, knowsAllMembers: true) : [];

    /// <summary>What it does not say of an event of a streamed answer to a POST.</summary>
    public IReadOnlyList<string> EventProblems(string path, JsonNode? body) =>
        Problems(FindOperation("POST", path)!["responses"]!["200"]!["content"], "text/event-stream", body, knowsAllMembers: true);

    /// <summary>What it does not say of a request that was taken.</summary>
    /// <param name="body">Null for none, or a form.</param>
    public IReadOnlyList<string> RequestProblems(string method, Uri url, JsonNode? body)
    {
        if (FindOperation(method, url.AbsolutePath) is not { } operation)
            return [];
        string[] described = [.. operation["parameters"]!.AsArray().Select(parameter => parameter!["name"]!.GetValue<string>())];
        IEnumerable<string> unknown = HttpUtility.ParseQueryString(url.Query).AllKeys.Select(key => key!.Split('[')[0]).Where(key => !described.Contains(key)).Select(key => $"The query parameter {key} is not described.");
        return [.. unknown, .. body is null ? [] : Problems(operation["requestBody"]?["content"], "application/json", body, knowsAllMembers: false)];
    }

    IReadOnlyList<string> Problems(JsonNode? content, string mediaType, JsonNode? body, bool knowsAllMembers) =>
        content?[mediaType]?["schema"] is not { } schema ? [$"The document has no {mediaType} there."]
        : [.. new SchemaCheck(_document, static _ => false) { KnowsAllMembers = knowsAllMembers }.Problems(body, schema).Select(problem => $"Not as in the server's document: {problem}")];

    JsonNode? FindOperation(string method, string path)
    {
        string[] found = path.Split('/');
        foreach ((string pattern, JsonNode? operations) in _document["paths"]!.AsObject())
        {
            string[] expected = pattern.Split('/');
            if (expected.Length == found.Length && expected.Zip(found).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second) && operations![method.ToLowerInvariant()] is { } operation)
                return operation;
        }

        return null;
    }
}
