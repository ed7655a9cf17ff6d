using System.Text.Json;

namespace Hone.Engine.Generation.Constraints;

/// <summary>What schemas say together of the items of an array.</summary>
sealed class ArraySchema
{
    public ArraySchema(SchemaFields fields, bool isStrict)
    {
        (Min, Max) = fields.Counts("minItems", "maxItems");
        IsDistinct = fields.IsTrue("uniqueItems");
        Own[] parts = [.. fields.Parts.Select(Read)];
        if (isStrict && parts.All(part => part.First.Count == 0 && part.Rest is null))
            throw fields.Place.Error("array schema missing items.");
        int first = parts.Max(part => part.First.Count);
        First = [.. Enumerable.Range(0, first).Select(i => parts.Select(part => i < part.First.Count ? part.First[i] : part.Rest).OfType<(JsonElement, SchemaPlace)>().ToArray())];
        Rest = [.. parts.Select(part => part.Rest).OfType<(JsonElement, SchemaPlace)>()];
    }

    public int Min { get; }

    public int Max { get; }

    /// <summary>Whether no item may be there twice.</summary>
    public bool IsDistinct { get; }

    /// <summary>What the first items must fit, each by its place.</summary>
    public IReadOnlyList<IReadOnlyList<(JsonElement Schema, SchemaPlace Place)>> First { get; }

    /// <summary>What the others must fit; nothing for anything.</summary>
    public IReadOnlyList<(JsonElement Schema, SchemaPlace Place)> Rest { get; }

    /// <summary>What one schema says. Before draft 2020-12 the first items stood in <c>items</c>, and the rest in <c>additionalItems</c>.</summary>
    static Own Read(SchemaPart part)
    {
        if (part.Find("items") is { ValueKind: JsonValueKind.Array } old)
            return new Own(Items(old, "items", part.Place), Others(part, "additionalItems"));
        if (part.Find("additionalItems") is not null)
            throw part.Place.Error("'additionalItems' is not permitted without an array of 'items'.");
        return new Own(part.Find("prefixItems") is { } first ? Items(first, "prefixItems", part.Place) : [], Others(part, "items"));
    }

    static List<(JsonElement, SchemaPlace)> Items(JsonElement value, string keyword, SchemaPlace place) =>
        [.. SchemaFields.ArrayOf(value, keyword, place).Select((schema, i) => (schema, place.At(keyword).At(i)))];

    static (JsonElement, SchemaPlace)? Others(SchemaPart part, string keyword) => part.Find(keyword) is { } rest ? (rest, part.Place.At(keyword)) : null;

    sealed record Own(IReadOnlyList<(JsonElement, SchemaPlace)> First, (JsonElement, SchemaPlace)? Rest);
}
