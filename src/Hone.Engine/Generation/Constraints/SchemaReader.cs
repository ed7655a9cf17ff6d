using System.Text.Json;

namespace Hone.Engine.Generation.Constraints;

/// <summary>
/// Reads a JSON Schema (draft 2020-12, what structured outputs and the generators of schemas use of it). What cannot be honoured is refused by name, never left out.
/// Schemas that a value must all fit (<c>allOf</c>, and what stands beside a reference or a choice) are read together, each choice with all of what stands beside it.
/// </summary>
sealed class SchemaReader
{
    static readonly HashSet<string> Annotations =
    [
        "title", "description", "default", "example", "examples", "$schema", "$id", "$comment", "$anchor", "deprecated", "readOnly", "writeOnly", "$defs", "definitions",
        "contentMediaType", "contentEncoding", "strict", "discriminator",
    ];

    static readonly Dictionary<string, string[]> KeywordsOfTypes = new(StringComparer.Ordinal)
    {
        ["object"] = ["properties", "required", "additionalProperties", "propertyNames"],
        ["array"] = ["prefixItems", "items", "additionalItems", "minItems", "maxItems", "uniqueItems"],
        ["string"] = ["minLength", "maxLength", "pattern", "format"],
        ["number"] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
        ["integer"] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
        ["boolean"] = [],
        ["null"] = [],
    };

    /// <summary>Choices beside choices multiply: beyond so many combinations a schema is refused.</summary>
    const int MaxReads = 20_000;

    readonly JsonElement _root;
    readonly bool _isStrict, _isLenient;
    readonly List<SchemaNode> _nodes = [];
    readonly Dictionary<string, SchemaNode> _read = new(StringComparer.Ordinal);
    readonly List<(IReadOnlyList<SchemaNode> Choices, SchemaPlace Place)> _exclusive = [];
    int _reads;

    SchemaReader(JsonElement root, bool isStrict, bool isLenient) => (_root, _isStrict, _isLenient) = (root, isStrict, isLenient);

    /// <param name="mustBeObject">Whether only a schema of objects will do.</param>
    /// <param name="isLenient">Whether a part that cannot be honoured becomes anything of its type, instead of an error.</param>
    public static SchemaNode Read(JsonElement schema, bool isStrict, bool mustBeObject = false, bool isLenient = false)
    {
        if (mustBeObject && (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("type", out JsonElement type) || type.ValueKind != JsonValueKind.String || !type.ValueEquals("object")))
            throw SchemaPlace.Root.Error("schema must be a JSON Schema of 'type: \"object\"'.");
        var reader = new SchemaReader(schema, isStrict, isLenient);
        SchemaNode root = reader.Read(schema, SchemaPlace.Root);
        while (reader._nodes.Aggregate(false, (changed, node) => node.Update() || changed)) { }
        if (!isLenient)
            reader.RequireExclusive();
        return root.Height <= JsonTerms.MaxDepth ? root : throw SchemaPlace.Root.Error(FormattableString.Invariant($"no value with at most {JsonTerms.MaxDepth} levels fits the schema."));
    }

    SchemaNode Read(JsonElement schema, SchemaPlace place) => Read([(schema, place)]);

    /// <summary>What fits all of several schemas.</summary>
    SchemaNode Read(IReadOnlyList<(JsonElement Schema, SchemaPlace Place)> schemas)
    {
        try
        {
            return Read([.. schemas.Select(schema => new SchemaPart(schema.Schema, schema.Place, []))], []);
        }
        catch (SchemaException) when (_isLenient)
        {
            return Anything([.. schemas.Select(schema => schema.Schema)]);
        }
    }

    SchemaNode Read(IReadOnlyList<SchemaPart> parts, IReadOnlyList<SchemaChoice> pending)
    {
        string key = string.Join('\n', parts.Select(part => part.Key).Concat(pending.Select(choice => choice.Key)));
        if (_read.TryGetValue(key, out SchemaNode? known))
            return known;
        if (++_reads > MaxReads)
            throw parts[0].Place.Error("the schema has too many choices beside each other.");
        // Known before it is read: it may refer to itself.
        ReferenceNode forward = Add(new ReferenceNode());
        _read.Add(key, forward);
        try
        {
            var open = new SchemaParts(_root, _isStrict, pending);
            foreach (SchemaPart part in parts)
                open.Add(part);
            forward.Target = open.IsNever ? Add(new NeverNode()) : open.Choices.Count > 0 ? Choose(open) : ReadPlain(open.Plain, parts[0].Place);
            return forward;
        }
        catch (SchemaException)
        {
            _read.Remove(key);
            throw;
        }
    }

    /// <summary>The first choice, each of its schemas with all that stands beside.</summary>
    SchemaNode Choose(SchemaParts parts)
    {
        SchemaChoice choice = parts.Choices[0];
        SchemaChoice[] others = [.. parts.Choices.Skip(1)];
        SchemaNode[] nodes = [.. choice.Schemas.Select((schema, i) => Read([.. parts.Plain, new SchemaPart(schema, choice.Place.At(choice.Keyword).At(i), [])], others))];
        if (choice.Keyword == "oneOf")
            _exclusive.Add((nodes, choice.Place));
        return nodes.Length == 1 ? nodes[0] : Add(new UnionNode(nodes));
    }

    /// <summary>A value must fit exactly one: where choices cannot be told apart, a value could fit two.</summary>
    void RequireExclusive()
    {
        foreach ((IReadOnlyList<SchemaNode> choices, SchemaPlace place) in _exclusive)
        {
            for (int i = 0; i < choices.Count; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    if (!SchemaNode.AreDisjoint(choices[i], choices[j]))
                        throw place.Error(FormattableString.Invariant($"'oneOf' is not permitted here: its schemas {j} and {i} are not told apart by a type, or by a required property with fixed values. Use 'anyOf'."));
                }
            }
        }
    }

    SchemaNode ReadPlain(IReadOnlyList<SchemaPart> parts, SchemaPlace place)
    {
        if (parts.Count == 0)
            return Add(new AnyNode());
        var fields = new SchemaFields(parts);
        foreach (string keyword in (ReadOnlySpan<string>)["const", "enum"])
        {
            if (fields.Has(keyword))
            {
                fields.AllowOnly(["const", "enum", "type"], Annotations, beside: keyword);
                return Values(fields);
            }
        }

        IReadOnlyList<string> types = fields.Types() ?? ImpliedTypes(fields);
        if (types.Count == 0)
        {
            if (fields.Has("type"))
                return Add(new NeverNode());
            if (_isStrict)
                throw place.Error("schema must have a 'type' key.");
            fields.AllowOnly([], Annotations);
            return Add(new AnyNode());
        }

        fields.AllowOnly(["type", .. types.SelectMany(type => KeywordsOfTypes[type])], Annotations);
        SchemaNode[] nodes = [.. types.Select(type => OfType(type, fields))];
        return nodes.Length == 1 ? nodes[0] : Add(new UnionNode(nodes));
    }

    SchemaNode Values(SchemaFields fields)
    {
        IReadOnlyList<string>? types = fields.Types();
        IEnumerable<IReadOnlyList<JsonElement>> lists = fields.All("const").Select(found => (IReadOnlyList<JsonElement>)[found.Value]).Concat(fields.All("enum").Select(found => SchemaFields.ArrayOf(found.Value, "enum", found.Place)));
        JsonElement[] common = [.. lists.Aggregate((a, b) => [.. a.Where(value => b.Any(other => JsonElement.DeepEquals(value, other)))])];
        JsonElement[] fitting = [.. common.Where(value => types is null || types.Contains(SchemaJson.TypeOf(value)) || (types.Contains("number") && SchemaJson.TypeOf(value) == "integer"))];
        return fitting.Length > 0 ? Add(new EnumNode(fitting))
            : fields.Parts.Count > 1 ? Add(new NeverNode())
            : throw fields.Place.Error("no value of 'enum' has the 'type'.");
    }

    /// <summary>A schema without a type that speaks of the members of objects describes objects, among others; that is enough.</summary>
    static string[] ImpliedTypes(SchemaFields fields) =>
        KeywordsOfTypes.FirstOrDefault(type => type.Value.Any(fields.Has)).Key is { } type ? [type] : [];

    SchemaNode OfType(string type, SchemaFields fields) =>
        type switch
        {
            "object" => ReadObject(fields),
            "array" => ReadArray(fields),
            "string" => Add(new ScalarNode(type, StringSchema.ToTerm(fields))),
            "number" => Add(new ScalarNode(type, NumberSchema.ToTerm(fields, isInteger: false))),
            "integer" => Add(new ScalarNode(type, NumberSchema.ToTerm(fields, isInteger: true))),
            "boolean" => Add(new ScalarNode(type, JsonTerms.Boolean)),
            _ => Add(new ScalarNode(type, JsonTerms.Null)),
        };

    ObjectNode ReadObject(SchemaFields fields)
    {
        var shape = new ObjectSchema(fields, _isStrict);
        SchemaProperty[] properties = [.. shape.Properties.Select(property => new SchemaProperty(property.Name, property.IsForbidden ? Add(new NeverNode()) : Read(property.Schemas), shape.Required.Contains(property.Name)))];
        return Add(new ObjectNode(properties, shape.IsClosed ? null : ReadAll(shape.Others)));
    }

    SchemaNode ReadArray(SchemaFields fields)
    {
        var shape = new ArraySchema(fields, _isStrict);
        SchemaNode[] first = [.. shape.First.Select(ReadAll)];
        SchemaNode rest = ReadAll(shape.Rest);
        if (!shape.IsDistinct || shape.Max <= 1)
            return Add(new ArrayNode(first, rest, shape.Min, shape.Max));
        return first.Length == 0 && rest.Alternatives().ToArray() is [EnumNode { Values: { Count: <= DistinctNode.MaxValues } values }]
            ? Add(new DistinctNode([.. values.DistinctBy(SchemaJson.Write)], shape.Min, shape.Max))
            : throw fields.Place.Error(FormattableString.Invariant($"'uniqueItems' is permitted only where 'items' is an 'enum' of at most {DistinctNode.MaxValues} values."));
    }

    SchemaNode ReadAll(IReadOnlyList<(JsonElement Schema, SchemaPlace Place)> schemas) => schemas.Count == 0 ? Add(new AnyNode()) : Read(schemas);

    /// <summary>What a schema that cannot be honoured is taken for: anything of its types.</summary>
    SchemaNode Anything(IReadOnlyList<JsonElement> schemas)
    {
        JsonElement type = default;
        bool hasType = schemas.Any(schema => schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out type) && type.ValueKind == JsonValueKind.String);
        SchemaNode any = Add(new AnyNode());
        return !hasType ? any : type.GetString() switch
        {
            "object" => Add(new ObjectNode([], any)),
            "array" => Add(new ArrayNode([], any, 0, int.MaxValue)),
            "string" => Add(new ScalarNode("string", JsonTerms.String)),
            "number" => Add(new ScalarNode("number", JsonTerms.Number)),
            "integer" => Add(new ScalarNode("integer", JsonTerms.Integer)),
            "boolean" => Add(new ScalarNode("boolean", JsonTerms.Boolean)),
            _ => any,
        };
    }

    T Add<T>(T node)
        where T : SchemaNode
    {
        _nodes.Add(node);
        return node;
    }
}
