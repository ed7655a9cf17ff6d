using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Hone.Server.Http;

namespace Hone.Server.OpenApi;

/// <summary>The schemas of an OpenAPI document that have a name, collected while the document is written.</summary>
sealed class Components
{
    readonly JsonSchemaExporterOptions _options;
    readonly Dictionary<string, Type> _types = [];

    public Components() =>
        _options = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };

    public JsonObject Schemas { get; } = [];

    /// <summary>A reference to a schema, which is described when it is first referred to.</summary>
    public JsonObject Refer(string name, Func<JsonObject> describe)
    {
        if (!Schemas.ContainsKey(name))
        {
            Schemas[name] = null; // Known from here on: it may refer to itself.
            Schemas[name] = describe();
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }

    /// <summary>A reference to the schema of a type, as the server writes it.</summary>
    public JsonObject Refer(Type type)
    {
        string name = NameOf(type);
        if (_types.TryGetValue(name, out Type? known) ? known != type : Schemas.ContainsKey(name))
            throw new InvalidOperationException($"{type} and {known} would have the same name in the document.");
        _types[name] = type;
        return Refer(name, () => Json.Options.GetJsonSchemaAsNode(type, _options).AsObject());
    }

    /// <summary>The same schema, with null.</summary>
    public static JsonObject OrNull(JsonObject schema)
    {
        if (schema.Count == 0)
            return schema;
        if (schema["anyOf"] is JsonArray choices)
        {
            choices.Add(new JsonObject { ["type"] = "null" });
            return schema;
        }

        if (schema["type"] is not JsonValue type)
            return new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
        schema["type"] = new JsonArray(type.DeepClone(), "null");
        if (schema["enum"] is JsonArray values)
            values.Add(null);
        return schema;
    }

    JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        JsonTypeInfo type = context.TypeInfo;
        bool isNullable = schema is JsonObject { } described && described["type"] is JsonArray types && types.Any(one => one!.GetValue<string>() == "null");
        JsonObject? own =
            (context.PropertyInfo?.AttributeProvider as MemberInfo)?.GetCustomAttribute<ShapedAttribute>() is { } shaped ? shaped.Shape.ToSchema(this)
            // Times have a converter, of which the exporter knows nothing.
            : (Nullable.GetUnderlyingType(type.Type) ?? type.Type) == typeof(DateTimeOffset) ? Shape.Moment.ToSchema(this)
            : type.Kind == JsonTypeInfoKind.Object && !context.Path.IsEmpty && IsOurs(type.Type) ? Refer(type.Type)
            : null;
        if (own is null)
            return schema;
        return isNullable || Nullable.GetUnderlyingType(type.Type) is not null ? OrNull(own) : own;
    }

    static bool IsOurs(Type type) => type.Namespace?.StartsWith("Hone.", StringComparison.Ordinal) == true;

    /// <summary><c>File</c> of a FileView, <c>FilePage</c> of a page of them.</summary>
    static string NameOf(Type type)
    {
        string name = type.Name.Split('`')[0];
        return type.IsGenericType
            ? string.Concat(type.GetGenericArguments().Select(NameOf)) + (name.EndsWith("Page", StringComparison.Ordinal) ? "Page" : name)
            : name.EndsWith("View", StringComparison.Ordinal) ? name[..^"View".Length] : name;
    }
}
