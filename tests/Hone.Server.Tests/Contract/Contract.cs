using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hone.Server.Tests.Contract;

/// <summary>The answers that clients of the interface rely on: the published document where <c>HONE_CONTRACT</c> names it, else the notes in contract.txt.</summary>
sealed partial class Contract
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
        return new SchemaCheck(_document, Recorded().IsMatch).Problems(body, schema);
    }

    /// <summary>What is wrong with one event of a streamed answer to a POST. An event whose form the contract does not give by itself is an answer that has not ended.</summary>
    public IReadOnlyList<string> EventProblems(string path, JsonNode? body)
    {
        JsonNode schema = FindAnswer("POST", path, "text/event-stream") ?? FindAnswer("POST", path, "application/json") ?? throw new KeyNotFoundException($"The contract has no answer to POST {path}.");
        return new SchemaCheck(_document, problem => Recorded().IsMatch(problem) || Unfinished().IsMatch(problem)).Problems(body, schema);
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

    /// <summary>
    /// Where the original answers otherwise than its document says, its answers count: empty pages have null ids, jobs by preference no hyperparameters of their own, a job can be paused,
    /// stored completions lack the refusal, their messages have the roles of the request, and the first token of an echo has no probability.
    /// </summary>
    [GeneratedRegex("""(^\$\.(first|last)_id is null, not string$)|(\.hyperparameters is null, not object$)|(\.status is "paused", not one of)|(\.refusal is missing$)|(^\$\.data\[\d+\]\.role is )|(logprobs\[0\] is null, not )""")]
    private static partial Regex Recorded();

    [GeneratedRegex("""\.finish_reason is null, not """)]
    private static partial Regex Unfinished();
}
