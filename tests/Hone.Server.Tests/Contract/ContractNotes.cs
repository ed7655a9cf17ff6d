using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hone.Server.Tests.Contract;

/// <summary>Reads the notation of contract.txt into the form of an OpenAPI document: names with their members, and routes with the name of their answer, or of each event of it.</summary>
static partial class ContractNotes
{
    public static JsonNode Read(string text)
    {
        JsonObject schemas = [];
        JsonObject paths = [];
        foreach (string line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (RouteLine().Match(line) is { Success: true } route)
            {
                string path = route.Groups["path"].Value;
                JsonObject operations = paths[path] as JsonObject ?? [];
                string mediaType = route.Groups["arrow"].Value == "=>" ? "text/event-stream" : "application/json";
                string method = route.Groups["method"].Value.ToLowerInvariant();
                operations[method] ??= new JsonObject { ["responses"] = new JsonObject { ["200"] = new JsonObject { ["content"] = new JsonObject() } } };
                operations[method]!["responses"]!["200"]!["content"]![mediaType] = new JsonObject { ["schema"] = Type(route.Groups["answer"].Value) };
                paths[path] = operations;
            }
            else
            {
                string[] parts = line.Split('=', 2);
                schemas[parts[0].Trim()] = Object(parts[1].Trim());
            }
        }

        return new JsonObject { ["paths"] = paths, ["components"] = new JsonObject { ["schemas"] = schemas } };
    }

    static JsonObject Object(string members)
    {
        JsonObject properties = [];
        JsonArray required = [];
        foreach (string member in members.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = member.Split(':', 2);
            string name = parts[0].TrimEnd('?');
            properties[name] = Type(parts[1]);
            if (name == parts[0])
                required.Add(name);
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required };
    }

    /// <summary><c>string</c>, <c>Name</c>, <c>"literal"</c>, any of these with <c>[]</c>, or several with <c>|</c>.</summary>
    static JsonObject Type(string type)
    {
        string[] choices = type.Split('|');
        if (choices.Length > 1)
            return new JsonObject { ["anyOf"] = new JsonArray([.. choices.Select(Type)]) };
        if (type.EndsWith("[]", StringComparison.Ordinal))
            return new JsonObject { ["type"] = "array", ["items"] = Type(type[..^2]) };
        if (type.StartsWith('"'))
            return new JsonObject { ["type"] = "string", ["enum"] = new JsonArray(type.Trim('"')) };
        return type switch
        {
            "any" => [],
            "string" or "integer" or "number" or "boolean" or "null" or "object" => new JsonObject { ["type"] = type },
            "texts" => new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" } },
            _ => new JsonObject { ["$ref"] = $"#/components/schemas/{type}" },
        };
    }

    [GeneratedRegex(@"^(?<method>GET|POST|DELETE) (?<path>/\S*) (?<arrow>[-=]>) (?<answer>\S+)$")]
    private static partial Regex RouteLine();
}
