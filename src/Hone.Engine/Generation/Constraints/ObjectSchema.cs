using System.Text.Json;

namespace Hone.Engine.Generation.Constraints;

/// <summary>What schemas say together of the properties of an object.</summary>
sealed class ObjectSchema
{
    const int MostNameCharacters = 1000;

    readonly SchemaFields _fields;

    public ObjectSchema(SchemaFields fields, bool isStrict)
    {
        _fields = fields;
        Required = fields.Texts("required").ToHashSet(StringComparer.Ordinal);
        if (isStrict)
            RequireStrict(Required);
        List<string> names = [];
        foreach ((JsonElement properties, SchemaPlace place) in fields.All("properties"))
        {
            if (properties.ValueKind != JsonValueKind.Object)
                throw place.Error("'properties' must be an object.");
            names.AddRange(properties.EnumerateObject().Select(member => member.Name));
        }

        IReadOnlyList<string>? allowed = AllowedNames();
        Properties = [.. names.Concat(allowed ?? []).Distinct().Select(name => Property(name, allowed))];
        if (names.Exists(name => name.Length > MostNameCharacters))
            throw fields.Place.Error(FormattableString.Invariant($"a name in 'properties' has more than {MostNameCharacters} characters."));
        if (Required.FirstOrDefault(name => Properties.All(property => property.Name != name)) is { } unknown)
            throw fields.Place.Error($"'required' names '{unknown}', which is not in 'properties'.");
        Others = [.. fields.All("additionalProperties").Where(found => found.Value.ValueKind != JsonValueKind.True).Select(found => (found.Value, found.Place.At("additionalProperties")))];
        IsClosed = allowed is not null || Others.Any(other => other.Schema.ValueKind == JsonValueKind.False);
    }

    /// <summary>In the order of the schemas.</summary>
    public IReadOnlyList<ObjectProperty> Properties { get; }

    public IReadOnlySet<string> Required { get; }

    /// <summary>Whether there are no further properties.</summary>
    public bool IsClosed { get; }

    /// <summary>What further properties must fit; nothing for anything.</summary>
    public IReadOnlyList<(JsonElement Schema, SchemaPlace Place)> Others { get; }

    /// <summary>What every schema says of a property: by its name, or else as one of the further ones.</summary>
    ObjectProperty Property(string name, IReadOnlyList<string>? allowed)
    {
        var schemas = new List<(JsonElement, SchemaPlace)>();
        bool isForbidden = allowed?.Contains(name) == false;
        foreach (SchemaPart part in _fields.Parts)
        {
            if (part.Find("properties") is { } properties && properties.TryGetProperty(name, out JsonElement own))
                schemas.Add((own, part.Place.At("properties").At(name)));
            else if (part.Find("additionalProperties") is { ValueKind: not JsonValueKind.True } others)
            {
                isForbidden |= others.ValueKind == JsonValueKind.False;
                schemas.Add((others, part.Place.At("additionalProperties")));
            }
        }

        if (schemas.Count == 0)
            schemas.Add((JsonSerializer.SerializeToElement(true), _fields.Place.At("properties").At(name)));
        return new ObjectProperty(name, schemas, isForbidden);
    }

    /// <summary>The only names that properties may have; null for any.</summary>
    List<string>? AllowedNames()
    {
        List<string>? allowed = null;
        foreach ((JsonElement value, SchemaPlace place) in _fields.All("propertyNames"))
        {
            bool isAnyText = value.ValueKind == JsonValueKind.True
                || (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(member => member.Name is "type" && member.Value.ValueKind == JsonValueKind.String && member.Value.ValueEquals("string")));
            if (isAnyText)
                continue;
            bool isList = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("enum", out JsonElement names) && value.EnumerateObject().All(member => member.Name is "enum" or "type" or "title" or "description");
            if (!isList)
                throw place.Error("'propertyNames' is permitted only with an 'enum' of names.");
            IReadOnlyList<JsonElement> items = SchemaFields.ArrayOf(value.GetProperty("enum"), "enum", place.At("propertyNames"));
            string[] texts = [.. items.Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];
            allowed = allowed is null ? [.. texts] : [.. allowed.Intersect(texts)];
        }

        return allowed;
    }

    void RequireStrict(IReadOnlySet<string> required)
    {
        if (!_fields.All("additionalProperties").Any(found => found.Value.ValueKind == JsonValueKind.False))
            throw _fields.Place.Error("'additionalProperties' is required to be supplied and to be false.");
        foreach ((JsonElement properties, SchemaPlace place) in _fields.All("properties").Where(found => found.Value.ValueKind == JsonValueKind.Object))
        {
            if (properties.EnumerateObject().FirstOrDefault(member => !required.Contains(member.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } missing)
                throw place.Error($"'required' is required to be supplied and to be an array including every key in properties. Missing '{missing.Name}'.");
        }
    }
}

/// <summary>A property, and all schemas that its value must fit.</summary>
/// <param name="IsForbidden">Whether no object may have it.</param>
sealed record ObjectProperty(string Name, IReadOnlyList<(JsonElement Schema, SchemaPlace Place)> Schemas, bool IsForbidden);
