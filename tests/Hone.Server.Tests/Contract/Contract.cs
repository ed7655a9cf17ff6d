using System.Text.Json.Nodes;

namespace Hone.Server.Tests.Contract;

/// <summary>The answers that clients of the interface rely on: the published document where <c>HONE_CONTRACT</c> names it, else the notes in contract.txt.</summary>
sealed class Contract
{
    readonly JsonNode _document;

    Contract(JsonNode document) => _document = document;

    public static Contract Current { get; } = new(
        Environment.GetEnvironmentVariable("HONE_CONTRACT") is { Length: > 0 } path ? YamlDocument.Read(path) : ContractNotes.Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "contract.txt"))));

    /// <summary>What is wrong with an answer; empty for routes that the contract does not have.</summary>
    public IReadOnlyList<string> Problems(string method, string path, int status, JsonNode? body)
    {
        if (status >= 400)
            return [.. ErrorProblems(body)];
        if (FindAnswer(method, path, "application/json") is not { } schema)
            return [];
        return new SchemaCheck(_document, Deviations.IsKnown).Problems(body, schema);
    }

    /// <summary>What is wrong with one event of a streamed answer to a POST. An event whose form the contract does not give by itself is an answer that has not ended.</summary>
    public IReadOnlyList<string> EventProblems(string path, JsonNode? body)
    {
        JsonNode schema = FindAnswer("POST", path, "text/event-stream") ?? FindAnswer("POST", path, "application/json") ?? throw new KeyNotFoundException($"The contract has no answer to POST {path}.");
        return new SchemaCheck(_document, problem => Deviations.IsKnown(problem) || Deviations.IsUnfinished(problem)).Problems(body, schema);
    }

    static IEnumerable<string> ErrorProblems(JsonNode? body)
    {
        if (body?["error"] is not JsonObject error)
            return ["An error has no object 'error'."];
        string[] members = [.. error.Select(member => member.Key)];
        return members.SequenceEqual(["message", "type", "param", "code"]) && error["message"] is JsonValue && error["type"] is JsonValue ? [] : [$"The error object is {error.ToJsonString()}."];
    }

    JsonNode? FindAnswer(string method, string path, string mediaType)
    {
        foreach ((string pattern, JsonNode? operations) in _document["paths"]!.AsObject())
            if (Matches("/v1" + pattern, path) && operations![method.ToLowerInvariant()]?["responses"]?["200"]?["content"]?[mediaType]?["schema"] is { } schema)
                return schema;
        return null;
    }

    static bool Matches(string pattern, string path)
    {
        string[] expected = pattern.Split('/');
        string[] found = path.Split('/');
        return expected.Length == found.Length && expected.Zip(found).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
    }
}
