using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.Server.Tests.Contract;

namespace Hone.Server.Tests.OpenApi;

/// <summary>Reads an OpenAPI 3.1 document as strictly as a generator of clients: every name must be one that the specification has, every reference must lead somewhere, every schema must make sense.</summary>
sealed partial class DocumentCheck(JsonNode document)
{
    static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];
    static readonly string[] Types = ["null", "boolean", "object", "array", "number", "integer", "string"];
    static readonly string[] Keywords =
    [
        "$ref", "type", "format", "enum", "description", "default", "properties", "required", "additionalProperties", "maxProperties", "propertyNames", "items", "minItems", "maxItems", "anyOf",
        "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "contentMediaType",
    ];

    readonly List<string> _problems = [];
    readonly HashSet<string> _operations = [];

    /// <summary>What is wrong with the document; empty for a good one.</summary>
    public static IReadOnlyList<string> Problems(JsonNode document)
    {
        DocumentCheck check = new(document);
        check.CheckRoot();
        return check._problems;
    }

    void CheckRoot()
    {
        Members(document, "#", required: ["openapi", "info", "paths", "components"], optional: ["servers", "security", "tags"]);
        Require(document["openapi"]?.GetValue<string>() == "3.1.0", "#/openapi", "is another version");
        Members(document["info"], "#/info", required: ["title", "version"], optional: ["description"]);
        foreach ((string path, JsonNode? operations) in document["paths"]?.AsObject() ?? [])
            CheckPath(path, operations);
        Members(document["components"], "#/components", required: [], optional: ["schemas", "securitySchemes"]);
        foreach ((string name, JsonNode? schema) in document["components"]?["schemas"]?.AsObject() ?? [])
        {
            Require(ComponentName().IsMatch(name), $"#/components/schemas/{name}", "is no name");
            CheckSchema(schema, $"#/components/schemas/{name}");
        }

        CheckSecurity(document["security"], "#/security");
    }

    void CheckPath(string path, JsonNode? operations)
    {
        string place = $"#/paths/{path}";
        Require(path.StartsWith('/'), place, "does not begin with /");
        Members(operations, place, required: [], optional: Methods);
        string[] names = [.. Placeholder().Matches(path).Select(match => match.Groups[1].Value)];
        foreach ((string method, JsonNode? operation) in operations?.AsObject() ?? [])
            CheckOperation(operation, names, $"{place}/{method}");
    }

    void CheckOperation(JsonNode? operation, string[] names, string place)
    {
        Members(operation, place, required: ["operationId", "summary", "responses"], optional: ["tags", "description", "parameters", "requestBody", "security"]);
        string id = operation?["operationId"]?.GetValue<string>() ?? "";
        Require(Identifier().IsMatch(id) && _operations.Add(id), place, $"has the operationId '{id}', which is none or another's");
        JsonNode?[] parameters = [.. operation?["parameters"]?.AsArray() ?? []];
        foreach (JsonNode? parameter in parameters)
            CheckParameter(parameter, place);
        string[] inPath = [.. parameters.Where(parameter => parameter?["in"]?.GetValue<string>() == "path").Select(parameter => parameter!["name"]!.GetValue<string>())];
        Require(inPath.Order().SequenceEqual(names.Order()), place, $"describes [{string.Join(", ", inPath)}] of its path");
        Require(parameters.Select(parameter => $"{parameter?["in"]} {parameter?["name"]}").Distinct().Count() == parameters.Length, place, "describes a parameter twice");
        if (operation?["requestBody"] is { } body)
        {
            Members(body, place + "/requestBody", required: ["content"], optional: ["required", "description"]);
            CheckContent(body["content"], place + "/requestBody");
        }

        CheckResponses(operation?["responses"], place + "/responses");
        CheckSecurity(operation?["security"], place + "/security");
    }

    void CheckParameter(JsonNode? parameter, string place)
    {
        Members(parameter, $"{place}/parameters", required: ["name", "in", "schema"], optional: ["required", "description", "style", "explode"]);
        string where = parameter?["in"]?.GetValue<string>() ?? "";
        Require(where is "query" or "path" or "header" or "cookie", place, $"has a parameter in '{where}'");
        Require(where != "path" || parameter?["required"]?.GetValue<bool>() == true, place, "has a parameter of its path that is not required");
        CheckSchema(parameter?["schema"], $"{place}/parameters/{parameter?["name"]}");
    }

    void CheckResponses(JsonNode? responses, string place)
    {
        foreach ((string status, JsonNode? response) in responses?.AsObject() ?? [])
        {
            Require(Status().IsMatch(status), place, $"has the status '{status}'");
            Members(response, $"{place}/{status}", required: ["description", "content"], optional: ["headers"]);
            CheckContent(response?["content"], $"{place}/{status}");
        }

        Require(responses?["200"] is not null && responses["default"] is not null, place, "lacks the answer or the error");
    }

    void CheckContent(JsonNode? content, string place)
    {
        Require(content is JsonObject { Count: > 0 }, place, "has no content");
        foreach ((string mediaType, JsonNode? body) in content as JsonObject ?? [])
        {
            Require(MediaType().IsMatch(mediaType), place, $"has the media type '{mediaType}'");
            Members(body, $"{place}/{mediaType}", required: ["schema"], optional: ["example", "encoding"]);
            CheckSchema(body?["schema"], $"{place}/{mediaType}");
        }
    }

    void CheckSecurity(JsonNode? security, string place)
    {
        foreach (string scheme in (security as JsonArray ?? []).SelectMany(requirement => requirement!.AsObject().Select(pair => pair.Key)))
            Require(document["components"]?["securitySchemes"]?[scheme]?["type"] is not null, place, $"names the scheme '{scheme}', which is not described");
    }

    void CheckSchema(JsonNode? schema, string place)
    {
        if (schema is JsonValue value && value.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
            return;
        int before = _problems.Count;
        Members(schema, place, required: [], optional: Keywords);
        if (schema is not JsonObject known)
            return;
        if (known["$ref"]?.GetValue<string>() is { } reference)
            Require(Resolves(reference), place, $"refers to {reference}, which is not there");
        foreach (string type in known["type"] switch { JsonArray several => several.Select(one => one!.GetValue<string>()), JsonValue one => [one.GetValue<string>()], _ => [] })
            Require(Types.Contains(type), place, $"has the type '{type}'");
        CheckLimits(known, place);
        CheckParts(known, place);
        if (known["default"] is { } standard && _problems.Count == before)
            Require(new SchemaCheck(document, static _ => false).Problems(standard, known).Count == 0, place, $"has the default {standard.ToJsonString()}, which does not fit it");
    }

    void CheckLimits(JsonObject schema, string place)
    {
        foreach ((string least, string most) in new[] { ("minLength", "maxLength"), ("minItems", "maxItems"), ("minimum", "maximum"), ("exclusiveMinimum", "maximum") })
            Require(schema[least] is null || schema[most] is null || Number(schema[least]) <= Number(schema[most]), place, $"has a {least} above its {most}");
        JsonArray values = schema["enum"] as JsonArray ?? [null];
        Require(values.Count > 0 && values.Select(one => one?.ToJsonString()).Distinct().Count() == values.Count, place, "has an enum without values, or with the same twice");
        foreach (string name in (schema["required"] as JsonArray ?? []).Select(name => name!.GetValue<string>()))
            Require(schema["properties"]?[name] is not null, place, $"requires '{name}', which it does not describe");
    }

    void CheckParts(JsonObject schema, string place)
    {
        Require(schema["type"]?.ToJsonString().Contains("\"array\"", StringComparison.Ordinal) != true || schema["items"] is not null, place, "is an array of unknown items");
        foreach ((string name, JsonNode? property) in schema["properties"] as JsonObject ?? [])
            CheckSchema(property, $"{place}/properties/{name}");
        foreach (string part in (ReadOnlySpan<string>)["items", "additionalProperties", "propertyNames"])
            if (schema[part] is { } inner)
                CheckSchema(inner, $"{place}/{part}");
        foreach (JsonNode? choice in schema["anyOf"] as JsonArray ?? [])
            CheckSchema(choice, $"{place}/anyOf");
        Require(schema["anyOf"] is null or JsonArray { Count: > 0 }, place, "has no choice");
    }

    bool Resolves(string reference)
    {
        JsonNode? found = reference.StartsWith("#/", StringComparison.Ordinal) ? document : null;
        foreach (string part in reference[2..].Split('/'))
            found = found?[part];
        return found is not null;
    }

    void Members(JsonNode? node, string place, string[] required, string[] optional)
    {
        if (node is not JsonObject members)
        {
            _problems.Add($"{place} is no object");
            return;
        }

        _problems.AddRange(required.Where(name => members[name] is null).Select(name => $"{place} lacks '{name}'"));
        _problems.AddRange(members.Where(member => !required.Contains(member.Key) && !optional.Contains(member.Key)).Select(member => $"{place} has the unknown member '{member.Key}'"));
        foreach (string text in (ReadOnlySpan<string>)["description", "summary", "title"])
            if (members[text] is JsonValue value && place.StartsWith("#/", StringComparison.Ordinal) && !place.EndsWith("/properties", StringComparison.Ordinal))
                Require(value.GetValue<string>().Length > 0, place, $"has an empty {text}");
    }

    void Require(bool isRight, string place, string problem)
    {
        if (!isRight)
            _problems.Add($"{place} {problem}");
    }

    static double Number(JsonNode? node) => double.Parse(node!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("^[a-z][A-Za-z0-9]*$")]
    private static partial Regex Identifier();

    [GeneratedRegex("^[A-Za-z0-9._-]+$")]
    private static partial Regex ComponentName();

    [GeneratedRegex(@"^([1-5]\d\d|default)$")]
    private static partial Regex Status();

    [GeneratedRegex("^[a-z]+/[a-z.+-]+$")]
    private static partial Regex MediaType();
}
