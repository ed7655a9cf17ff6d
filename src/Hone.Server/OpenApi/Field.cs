using System.Text.Json.Nodes;

namespace Hone.Server.OpenApi;

/// <summary>A member of an object, a part of a form or a parameter of a query.</summary>
sealed record Field(string Name, Shape Shape)
{
    public bool IsRequired { get; private init; }

    public bool IsNullable { get; private init; }

    /// <summary>What it means, where its name does not say so.</summary>
    public string? Description { get; private init; }

    /// <summary>What counts when it is absent.</summary>
    public JsonNode? Default { get; private init; }

    public static Field Required(string name, Shape shape, string? description = null) => new(name, shape) { IsRequired = true, Description = description };

    /// <summary>May be absent, and null counts as absent.</summary>
    public static Field Optional(string name, Shape shape, string? description = null, JsonNode? fallback = null) =>
        new(name, shape) { IsNullable = true, Description = description, Default = fallback };

    /// <summary>Is always there, null when there is nothing.</summary>
    public static Field OrNull(string name, Shape shape, string? description = null) => new(name, shape) { IsRequired = true, IsNullable = true, Description = description };

    /// <summary>May be absent; is never null.</summary>
    public static Field Sometimes(string name, Shape shape, string? description = null) => new(name, shape) { Description = description };

    /// <summary>The schema of its value, with what is said of it.</summary>
    public JsonObject ToSchema(Components components)
    {
        JsonObject schema = Shape.ToSchema(components);
        if (IsNullable)
            schema = Components.OrNull(schema);
        if (Description is not null)
            schema["description"] = Description;
        if (Default is not null)
            schema["default"] = Default.DeepClone();
        return schema;
    }
}
