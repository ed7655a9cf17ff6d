using System.Text.Json;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores;

/// <summary>What senders of files know of them: up to 16 texts, numbers, or true and false.</summary>
static class FileAttributes
{
    const string Name = "attributes";
    const int MaxPairs = 16, MaxNameLength = 64, MaxTextLength = 512;

    public static readonly ObjectShape Object = (Shape.Map(Shape.Either(Shape.Text(0, MaxTextLength), Shape.AnyNumber, Shape.Boolean)) with { MaxMembers = MaxPairs, MaxNameLength = MaxNameLength }).Named("FileAttributes");

    public static readonly Field Field = Field.Optional(Name, Object, "Up to 16 pairs, by which searches can be narrowed.");

    public static IReadOnlyDictionary<string, JsonElement>? Read(JsonFields body)
    {
        if (body.Object(Name) is not { } pairs)
            return null;
        Dictionary<string, JsonElement> attributes = new(StringComparer.Ordinal);
        foreach (JsonProperty pair in pairs.Element.EnumerateObject())
        {
            if (pair.Name.Length is 0 or > MaxNameLength)
                throw ApiError.Invalid($"'{JsonFields.Shown(pair.Name)}' is too {(pair.Name.Length == 0 ? "short" : "long")} - '{Name}'", Name);
            if (pair.Value.ValueKind == JsonValueKind.Null)
                continue;
            _ = pair.Value.ValueKind switch
            {
                JsonValueKind.String => (object?)pairs.String(pair.Name),
                JsonValueKind.True or JsonValueKind.False => pairs.Boolean(pair.Name),
                _ => pairs.Number(pair.Name),
            };
            attributes[pair.Name] = pair.Value.Clone();
        }

        return attributes.Count <= MaxPairs ? attributes : throw ApiError.Invalid($"{attributes.Count} pairs are too many, at most {MaxPairs} are possible - '{Name}'", Name);
    }

    public static MetadataValue ValueOf(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetDouble(),
            _ => value.ValueKind == JsonValueKind.True,
        };
}
