using System.Text.Json;

namespace Hone.Engine.Generation.Constraints;

/// <summary>Reads a JSON Schema (draft 2020-12, what structured outputs use of it). What cannot be honoured is refused by name, never left out.</summary>
sealed class SchemaReader
{
    static readonly HashSet<string> Annotations =
    [
        "title", "description", "default", "example", "examples", "$schema", "$id", "$comment", "$anchor", "deprecated", "readOnly", "writeOnly", "$defs", "definitions",
        "contentMediaType", "contentEncoding", "strict",
    ];

    static readonly Dictionary<string, string[]> KeywordsOfTypes = new(StringComparer.Ordinal)
    {
        ["object"] = ["properties", "required", "additionalProperties"],
        ["array"] = ["items", "minItems", "maxItems"],
        ["string"] = ["minLength", "maxLength", "pattern", "format"],
        ["number"] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
        ["integer"] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
        ["boolean"] = [],
        ["null"] = [],
    };

    const int MostNameCharacters = 1000;

    readonly JsonElement _root;
    readonly bool _isStrict;
    readonly List<SchemaNode> _nodes = [];
    readonly Dictionary<string, SchemaNode> _byPointer = new(StringComparer.Ordinal);

    SchemaReader(JsonElement root, bool isStrict) => (_root, _isStrict) = (root, isStrict);

    /// <param name="mustBeObject">Whether only a schema of objects will do.</param>
    public static SchemaNode Read(JsonElement schema, bool isStrict, bool mustBeObject = false)
    {
        if (mustBeObject && (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("type", out JsonElement type) || type.ValueKind != JsonValueKind.String || !type.ValueEquals("object")))
            throw SchemaPlace.Root.Error("schema must be a JSON Schema of 'type: \"object\"'.");
        var reader = new SchemaReader(schema, isStrict);
        SchemaNode root = reader.ReadAt("#", schema, SchemaPlace.Root);
        while (reader._nodes.Aggregate(false, (changed, node) => node.Update() || changed)) { }
        return root.Height <= JsonTerms.MaxDepth ? root : throw SchemaPlace.Root.Error(FormattableString.Invariant($"no value with at most {JsonTerms.MaxDepth} levels fits the schema."));
    }

    SchemaNode ReadAt(string pointer, JsonElement schema, SchemaPlace place)
    {
        if (_byPointer.TryGetValue(pointer, out SchemaNode? known))
            return known;
        // Known before it is read: it may refer to itself.
        ReferenceNode forward = Add(new ReferenceNode());
        _byPointer.Add(pointer, forward);
        forward.Target = Read(schema, place);
        return forward;
    }

    SchemaNode Read(JsonElement schema, SchemaPlace place)
    {
        if (schema.ValueKind == JsonValueKind.True && !_isStrict)
            return Add(new AnyNode());
        if (schema.ValueKind != JsonValueKind.Object)
            throw place.Error($"{SchemaJson.Write(schema)} is not of type 'object'.");

        var fields = new SchemaFields(schema, place);
        foreach (string keyword in new[] { "$ref", "const", "enum", "anyOf", "allOf" })
        {
            if (fields.Find(keyword) is { } value)
                return ReadWhole(keyword, value, fields);
        }

        return ReadTypes(fields);
    }

    /// <summary>A keyword that says all of what fits; beside it only annotations may stand.</summary>
    SchemaNode ReadWhole(string keyword, JsonElement value, SchemaFields fields)
    {
        fields.AllowOnly(keyword is "enum" or "const" ? [keyword, "type"] : [keyword], Annotations, beside: keyword);
        switch (keyword)
        {
            case "$ref":
                return Reference(value, fields.Place);
            case "enum" or "const":
                return Values(keyword == "const" ? [value] : [.. fields.Array("enum")], fields);
            case "anyOf":
                return Add(new UnionNode([.. fields.Array("anyOf").Select((part, i) => Read(part, fields.Place.At("anyOf").At(i)))]));
            default:
                return fields.Array("allOf") is [var only] && !_isStrict
                    ? Read(only, fields.Place.At("allOf").At(0))
                    : throw fields.Place.Error("'allOf' is not permitted.");
        }
    }

    ReferenceNode Reference(JsonElement value, SchemaPlace place)
    {
        string pointer = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (pointer != "#" && !pointer.StartsWith("#/", StringComparison.Ordinal))
            throw place.Error("'$ref' must point into the schema: \"#\" or \"#/$defs/…\".");
        JsonElement target = _root;
        SchemaPlace at = SchemaPlace.Root;
        foreach (string part in pointer.Split('/').Skip(1))
        {
            string name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            bool isFound = target.ValueKind == JsonValueKind.Object ? target.TryGetProperty(name, out target)
                : target.ValueKind == JsonValueKind.Array && int.TryParse(name, out int index) && index >= 0 && index < target.GetArrayLength() && (target = target[index]).ValueKind != JsonValueKind.Undefined;
            if (!isFound)
                throw place.Error($"the reference '{pointer}' leads nowhere.");
            at = at.At(name);
        }

        ReferenceNode reference = Add(new ReferenceNode());
        reference.Target = ReadAt(pointer, target, at);
        return reference;
    }

    EnumNode Values(IReadOnlyList<JsonElement> values, SchemaFields fields)
    {
        IReadOnlyList<string>? types = fields.Has("type") ? fields.Types() : null;
        (string, int)[] fitting =
        [
            .. values.Where(value => types is null || types.Contains(SchemaJson.TypeOf(value)) || (types.Contains("number") && SchemaJson.TypeOf(value) == "integer"))
                .Select(value => (SchemaJson.Write(value), SchemaJson.Height(value))),
        ];
        return fitting.Length > 0 ? Add(new EnumNode(fitting)) : throw fields.Place.Error("no value of 'enum' has the 'type'.");
    }

    SchemaNode ReadTypes(SchemaFields fields)
    {
        IReadOnlyList<string> types = fields.Has("type") ? fields.Types() : ImpliedTypes(fields);
        if (types.Count == 0)
        {
            if (_isStrict)
                throw fields.Place.Error("schema must have a 'type' key.");
            fields.AllowOnly([], Annotations);
            return Add(new AnyNode());
        }

        fields.AllowOnly(["type", .. types.SelectMany(type => KeywordsOfTypes[type])], Annotations);
        SchemaNode[] nodes = [.. types.Select(type => OfType(type, fields))];
        return nodes.Length == 1 ? nodes[0] : Add(new UnionNode(nodes));
    }

    /// <summary>A schema without a type that speaks of the members of objects describes objects, among others; that is enough.</summary>
    static string[] ImpliedTypes(SchemaFields fields) =>
        KeywordsOfTypes.FirstOrDefault(type => type.Value.Any(fields.Has)).Key is { } type ? [type] : [];

    SchemaNode OfType(string type, SchemaFields fields) =>
        type switch
        {
            "object" => ReadObject(fields),
            "array" => ReadArray(fields),
            "string" => Add(new ScalarNode(StringTerm(fields))),
            "number" => Add(new ScalarNode(NumberTerm(fields, isInteger: false))),
            "integer" => Add(new ScalarNode(NumberTerm(fields, isInteger: true))),
            "boolean" => Add(new ScalarNode(JsonTerms.Boolean)),
            _ => Add(new ScalarNode(JsonTerms.Null)),
        };

    ObjectNode ReadObject(SchemaFields fields)
    {
        JsonElement? additional = fields.Find("additionalProperties");
        if (_isStrict && additional is not { ValueKind: JsonValueKind.False })
            throw fields.Place.Error("'additionalProperties' is required to be supplied and to be false.");
        HashSet<string> required = fields.Has("required") ? fields.Texts("required") : [];
        JsonProperty[] members = fields.Find("properties") is { } properties
            ? properties.ValueKind == JsonValueKind.Object ? [.. properties.EnumerateObject()] : throw fields.Place.Error("'properties' must be an object.")
            : [];
        if (_isStrict && members.FirstOrDefault(member => !required.Contains(member.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } missing)
            throw fields.Place.Error($"'required' is required to be supplied and to be an array including every key in properties. Missing '{missing.Name}'.");
        if (members.FirstOrDefault(member => member.Name.Length > MostNameCharacters) is { Value.ValueKind: not JsonValueKind.Undefined })
            throw fields.Place.Error(FormattableString.Invariant($"a name in 'properties' has more than {MostNameCharacters} characters."));
        if (required.FirstOrDefault(name => !members.Any(member => member.Name == name)) is { } unknown)
            throw fields.Place.Error($"'required' names '{unknown}', which is not in 'properties'.");

        SchemaProperty[] read = [.. members.Select(member => new SchemaProperty(member.Name, Read(member.Value, fields.Place.At("properties").At(member.Name)), required.Contains(member.Name)))];
        SchemaNode? others = additional switch
        {
            { ValueKind: JsonValueKind.False } => null,
            null or { ValueKind: JsonValueKind.True } => Add(new AnyNode()),
            { } schema => Read(schema, fields.Place.At("additionalProperties")),
        };
        return Add(new ObjectNode(read, others));
    }

    ArrayNode ReadArray(SchemaFields fields)
    {
        SchemaNode item = fields.Find("items") is { } items ? Read(items, fields.Place.At("items"))
            : _isStrict ? throw fields.Place.Error("array schema missing items.")
            : Add(new AnyNode());
        (int min, int max) = fields.Counts("minItems", "maxItems");
        return Add(new ArrayNode(item, min, max));
    }

    static Term StringTerm(SchemaFields fields)
    {
        (int min, int max) = fields.Counts("minLength", "maxLength");
        string? pattern = fields.Text("pattern"), format = fields.Text("format");
        if (pattern is null && format is null)
            return JsonTerms.StringOf(JsonTerms.Repeat(JsonTerms.Character, min, max));
        string name = pattern is null ? "format" : "pattern";
        string? beside = pattern is not null && format is not null ? "format" : fields.Has("minLength") ? "minLength" : fields.Has("maxLength") ? "maxLength" : null;
        if (beside is not null)
            throw fields.Place.Error($"'{beside}' is not permitted beside '{name}'.");
        try
        {
            return JsonTerms.StringOf(pattern is not null ? PatternTerms.ToTerm(pattern)
                : StringFormats.Find(format!) ?? throw fields.Place.Error($"'{format}' is not a supported 'format'. Supported are: {string.Join(", ", StringFormats.Names)}."));
        }
        catch (FormatException problem)
        {
            throw fields.Place.Error($"the 'pattern' {SchemaJson.Quote(pattern!)} has {problem.Message}, which is not supported.");
        }
    }

    static Term NumberTerm(SchemaFields fields, bool isInteger)
    {
        decimal? minimum = fields.Number("minimum"), above = fields.Number("exclusiveMinimum"), maximum = fields.Number("maximum"), below = fields.Number("exclusiveMaximum");
        if (minimum is null && above is null && maximum is null && below is null)
            return isInteger ? JsonTerms.Integer : JsonTerms.Number;
        bool isAbove = above is not null && (minimum is null || above >= minimum), isBelow = below is not null && (maximum is null || below <= maximum);
        return new NumberTerms(isAbove ? above : minimum, isAbove, isBelow ? below : maximum, isBelow, isInteger).ToTerm()
            ?? throw fields.Place.Error("no number lies between the bounds.");
    }

    T Add<T>(T node)
        where T : SchemaNode
    {
        _nodes.Add(node);
        return node;
    }
}
