using System.Text.Json.Nodes;

namespace Hone.Server.OpenApi;

/// <summary>An object.</summary>
/// <param name="Fields">The members that mean something.</param>
sealed record ObjectShape(IReadOnlyList<Field> Fields) : Shape
{
    readonly Dictionary<string, Field> _byName = Fields.ToDictionary(field => field.Name, StringComparer.Ordinal);

    /// <summary>Its name in the document; null where it is described in place.</summary>
    public string? Name { get; init; }

    /// <summary>Whether members of other names are refused.</summary>
    public bool IsClosed { get; init; }

    /// <summary>What members of other names are; null where that is left open.</summary>
    public Shape? Others { get; init; }

    /// <summary>The most members.</summary>
    public int? MaxMembers { get; init; }

    /// <summary>The most characters of a member's name.</summary>
    public int? MaxNameLength { get; init; }

    public ObjectShape Named(string name) => this with { Name = name };

    /// <summary>The shape of a member; null where the object has none of that name.</summary>
    public Shape? Find(string name) => _byName.TryGetValue(name, out Field? field) ? field.Shape : Others;

    public override JsonObject ToSchema(Components components) => Name is null ? Describe(components) : components.Refer(Name, () => Describe(components));

    JsonObject Describe(Components components)
    {
        JsonObject schema = new() { ["type"] = "object" };
        if (Fields.Count > 0)
            schema["properties"] = new JsonObject(Fields.Select(field => KeyValuePair.Create(field.Name, (JsonNode?)field.ToSchema(components))));
        string[] required = [.. Fields.Where(field => field.IsRequired).Select(field => field.Name)];
        if (required.Length > 0)
            schema["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]);
        if (IsClosed)
            schema["additionalProperties"] = false;
        else if (Others is not null)
            schema["additionalProperties"] = Others.ToSchema(components);
        if (MaxMembers is { } most)
            schema["maxProperties"] = most;
        if (MaxNameLength is { } longest)
            schema["propertyNames"] = new JsonObject { ["maxLength"] = longest };
        return schema;
    }
}
