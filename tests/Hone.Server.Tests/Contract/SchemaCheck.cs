using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hone.Server.Tests.Contract;

/// <summary>Compares JSON with a schema, optional members taken as nullable: the original writes null for what it leaves out.</summary>
/// <param name="isKnown">Problems that are none: where the original itself answers so.</param>
sealed class SchemaCheck(JsonNode document, Predicate<string> isKnown)
{
    /// <summary>Whether a member that the schema does not describe is a problem, even where the schema allows any.</summary>
    public bool KnowsAllMembers { get; init; }

    public IReadOnlyList<string> Problems(JsonNode? value, JsonNode schema) => [.. Check(value, schema, "$").Where(problem => !isKnown(problem))];

    IEnumerable<string> Check(JsonNode? value, JsonNode schema, string place)
    {
        if (schema is JsonValue any)
            return any.GetValue<bool>() ? [] : [$"{place} may not be there"];
        if (schema["$ref"]?.GetValue<string>() is { } reference)
            return Check(value, Resolve(reference), place);
        if (value is null && (schema["nullable"]?.GetValue<bool>() == true))
            return [];
        return CheckType(value, schema, place)
            .Concat(schema["enum"] is JsonArray allowed && !allowed.Any(one => JsonNode.DeepEquals(one, value)) ? [$"{place} is {Shown(value)}, not one of {allowed.ToJsonString()}"] : [])
            .Concat(schema["const"] is { } constant && !JsonNode.DeepEquals(constant, value) ? [$"{place} is {Shown(value)}, not {constant.ToJsonString()}"] : [])
            .Concat(CheckNumber(value, schema, place))
            .Concat(CheckText(value, schema, place))
            .Concat(CheckObject(value, schema, place))
            .Concat(CheckArray(value, schema, place))
            .Concat((schema["allOf"] as JsonArray ?? []).SelectMany(part => Check(value, part!, place)))
            .Concat(CheckAny(value, schema["anyOf"] as JsonArray, place))
            .Concat(CheckOne(value, schema["oneOf"] as JsonArray, place));
    }

    List<string> CheckAny(JsonNode? value, JsonArray? choices, string place)
    {
        if (choices is null)
            return [];
        List<string> problems = [];
        foreach (JsonNode? choice in choices)
        {
            string[] found = [.. Check(value, choice!, place).Where(problem => !isKnown(problem))];
            if (found.Length == 0)
                return [];
            problems.AddRange(found);
        }

        return problems;
    }

    /// <summary>Exactly one.</summary>
    List<string> CheckOne(JsonNode? value, JsonArray? choices, string place)
    {
        int fitting = (choices ?? []).Count(choice => !Check(value, choice!, place).Any(problem => !isKnown(problem)));
        return fitting > 1 ? [$"{place} fits {fitting} choices, not one"] : CheckAny(value, choices, place);
    }

    static IEnumerable<string> CheckType(JsonNode? value, JsonNode schema, string place)
    {
        string[] types = schema["type"] switch
        {
            JsonArray several => [.. several.Select(type => type!.GetValue<string>())],
            JsonValue one => [one.GetValue<string>()],
            _ => [],
        };
        return types.Length == 0 || types.Any(type => IsOf(value, type)) ? [] : [$"{place} is {Shown(value)}, not {string.Join(" or ", types)}"];
    }

    static bool IsOf(JsonNode? value, string type) =>
        type switch
        {
            "null" => value is null,
            "object" => value is JsonObject,
            "array" => value is JsonArray,
            "string" => value?.GetValueKind() == JsonValueKind.String,
            "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
            "number" => value?.GetValueKind() == JsonValueKind.Number,
            // Clients read whole numbers as such: 1.0 is none.
            "integer" => value?.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), out _),
            _ => throw new NotSupportedException(type),
        };

    static IEnumerable<string> CheckNumber(JsonNode? value, JsonNode schema, string place)
    {
        if (value?.GetValueKind() != JsonValueKind.Number)
            yield break;
        double number = value.GetValue<JsonElement>().GetDouble();
        if (Limit(schema, "minimum") is { } minimum && (number < minimum || (number == minimum && schema["exclusiveMinimum"]?.GetValueKind() == JsonValueKind.True)))
            yield return string.Create(CultureInfo.InvariantCulture, $"{place} is {number}, outside the limit of {minimum}");
        if (Limit(schema, "exclusiveMinimum") is { } below && number <= below)
            yield return string.Create(CultureInfo.InvariantCulture, $"{place} is {number}, outside the limit of {below}");
        if (Limit(schema, "maximum") is { } maximum && number > maximum)
            yield return string.Create(CultureInfo.InvariantCulture, $"{place} is {number}, outside the limit of {maximum}");
    }

    static IEnumerable<string> CheckText(JsonNode? value, JsonNode schema, string place)
    {
        if (value?.GetValueKind() != JsonValueKind.String)
            yield break;
        string text = value.GetValue<string>();
        int length = text.EnumerateRunes().Count();
        if (length < Limit(schema, "minLength") || length > Limit(schema, "maxLength"))
            yield return $"{place} has {length} characters, too few or too many";
        if (schema["pattern"]?.GetValue<string>() is { } pattern && !Regex.IsMatch(text, pattern, RegexOptions.ECMAScript))
            yield return $"{place} is {Shown(value)}, which does not match {pattern}";
    }

    /// <summary>The number that a word of a schema gives; null where it gives none.</summary>
    static double? Limit(JsonNode schema, string word) =>
        schema[word] is { } limit && limit.GetValueKind() == JsonValueKind.Number ? double.Parse(limit.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) : null;

    IEnumerable<string> CheckObject(JsonNode? value, JsonNode schema, string place)
    {
        if (value is not JsonObject members)
            yield break;
        string[] required = [.. (schema["required"] as JsonArray ?? []).Select(name => name!.GetValue<string>())];
        foreach (string name in required.Where(name => !members.ContainsKey(name)))
            yield return $"{place}.{name} is missing";
        JsonObject properties = schema["properties"] as JsonObject ?? [];
        if (members.Count > Limit(schema, "maxProperties"))
            yield return $"{place} has {members.Count} members, too many";
        foreach ((string name, JsonNode? member) in members)
        {
            bool isClosed = schema["additionalProperties"]?.GetValueKind() == JsonValueKind.False || (KnowsAllMembers && properties.Count > 0 && schema["additionalProperties"] is null);
            if (!properties.ContainsKey(name) && isClosed)
                yield return $"{place}.{name} is not a member of the schema";
            JsonNode? rest = schema["additionalProperties"] is JsonObject others ? others : null;
            if (schema["propertyNames"] is { } names)
                foreach (string problem in Check(name, names, $"{place}.{name}"))
                    yield return problem;
            if ((properties[name] ?? rest) is { } known && (member is not null || required.Contains(name)))
                foreach (string problem in Check(member, known, $"{place}.{name}"))
                    yield return problem;
        }
    }

    IEnumerable<string> CheckArray(JsonNode? value, JsonNode schema, string place)
    {
        if (value is not JsonArray items)
            yield break;
        if (items.Count < Limit(schema, "minItems") || items.Count > Limit(schema, "maxItems"))
            yield return $"{place} has {items.Count} items, too few or too many";
        if (schema["items"] is not { } item)
            yield break;
        foreach (string problem in items.SelectMany((one, index) => Check(one, item, $"{place}[{index}]")))
            yield return problem;
    }

    JsonNode Resolve(string reference)
    {
        JsonNode found = document;
        foreach (string part in reference.TrimStart('#', '/').Split('/'))
            found = found[part] ?? throw new KeyNotFoundException(reference);
        return found;
    }

    static string Shown(JsonNode? value) => value?.ToJsonString() is { } text ? text[..Math.Min(text.Length, 80)] : "null";
}
