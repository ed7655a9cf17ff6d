using System.Text.Json;

namespace Hone.Engine.Generation.Constraints;

/// <summary>One of several schemas, beside which others must fit, too.</summary>
/// <param name="Keyword">anyOf or oneOf.</param>
sealed record SchemaChoice(string Keyword, IReadOnlyList<JsonElement> Schemas, SchemaPlace Place)
{
    /// <summary>What tells it from others.</summary>
    public string Key => $"{Keyword} {string.Join(' ', Schemas.Select(schema => schema.GetRawText()))}";
}

/// <summary>Schemas that a value must all fit, with references followed and <c>allOf</c> taken apart: what is left are plain keywords, and choices.</summary>
sealed class SchemaParts(JsonElement root, bool isStrict, IReadOnlyList<SchemaChoice> pending)
{
    static readonly string[] Combining = ["$ref", "allOf", "anyOf", "oneOf"];

    readonly List<SchemaPart> _plain = [];
    readonly List<SchemaChoice> _choices = [.. pending];
    readonly HashSet<string> _references = new(StringComparer.Ordinal);

    public IReadOnlyList<SchemaPart> Plain => _plain;

    public IReadOnlyList<SchemaChoice> Choices => _choices;

    /// <summary>Whether one of them is false: nothing fits it.</summary>
    public bool IsNever { get; private set; }

    public void Add(SchemaPart part)
    {
        if (part.Schema.ValueKind is JsonValueKind.True or JsonValueKind.False && !isStrict)
        {
            IsNever |= part.Schema.ValueKind == JsonValueKind.False;
            return;
        }

        if (part.Schema.ValueKind != JsonValueKind.Object)
            throw part.Place.Error($"{SchemaJson.Write(part.Schema)} is not of type 'object'.");
        if (part.Find("$ref") is { } reference)
            Follow(reference, part.Place);
        if (part.Find("allOf") is { } all)
        {
            foreach ((int i, JsonElement schema) in SchemaFields.ArrayOf(all, "allOf", part.Place).Index())
                Add(new SchemaPart(schema, part.Place.At("allOf").At(i), []));
        }

        foreach (string keyword in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (part.Find(keyword) is { } choices)
                _choices.Add(new SchemaChoice(keyword, SchemaFields.ArrayOf(choices, keyword, part.Place), part.Place));
        }

        bool isCombined = Combining.Any(keyword => part.Find(keyword) is not null);
        SchemaPart rest = part with { Without = [.. part.Without.Union(Combining)] };
        if (!isCombined || rest.Schema.EnumerateObject().Any(member => !rest.Without.Contains(member.Name)))
            _plain.Add(rest);
    }

    void Follow(JsonElement value, SchemaPlace place)
    {
        string pointer = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (pointer != "#" && !pointer.StartsWith("#/", StringComparison.Ordinal))
            throw place.Error("'$ref' must point into the schema: \"#\" or \"#/$defs/…\".");
        JsonElement target = root;
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

        // A schema that says only that it is itself describes nothing.
        if (!_references.Add(pointer))
            IsNever = true;
        else
            Add(new SchemaPart(target, at, []));
    }
}
