using System.Text.Json;

namespace Hone.Engine.Generation.Constraints;

/// <summary>Where in a schema something is wrong, as OpenAI's messages write it: <c>In context=('properties', 'name'), …</c>.</summary>
sealed record SchemaPlace(IReadOnlyList<string> Path)
{
    public static SchemaPlace Root { get; } = new([]);

    public SchemaPlace At(string name) => new([.. Path, $"'{name}'"]);

    public SchemaPlace At(int index) => new([.. Path, $"'{index}'"]);

    public SchemaException Error(string problem) => new($"In context=({string.Join(", ", Path)}{(Path.Count == 1 ? "," : "")}), {problem}");
}

/// <summary>A schema, or what is left of it when some of its keywords are read elsewhere.</summary>
/// <param name="Without">Those keywords.</param>
readonly record struct SchemaPart(JsonElement Schema, SchemaPlace Place, string[] Without)
{
    public JsonElement? Find(string keyword) => Schema.ValueKind == JsonValueKind.Object && !Without.Contains(keyword) && Schema.TryGetProperty(keyword, out JsonElement value) ? value : null;

    /// <summary>What tells it from others.</summary>
    public string Key => $"{string.Join(',', Without)} {Schema.GetRawText()}";
}

/// <summary>The keywords of schemas that a value must all fit.</summary>
sealed class SchemaFields(IReadOnlyList<SchemaPart> parts)
{
    /// <summary>No count beyond it: a grammar has a state for each.</summary>
    const int MaxCount = 100_000;

    static readonly string[] Known = ["object", "array", "string", "number", "integer", "boolean", "null"];

    public IReadOnlyList<SchemaPart> Parts => parts;

    public SchemaPlace Place => parts[0].Place;

    public bool Has(string keyword) => parts.Any(part => part.Find(keyword) is not null);

    /// <summary>What each of the schemas says, with its place.</summary>
    public IEnumerable<(JsonElement Value, SchemaPlace Place)> All(string keyword)
    {
        foreach (SchemaPart part in parts)
        {
            if (part.Find(keyword) is { } value)
                yield return (value, part.Place);
        }
    }

    /// <summary>Refuses every other keyword.</summary>
    public void AllowOnly(IReadOnlyCollection<string> keywords, IReadOnlySet<string> annotations, string? beside = null)
    {
        foreach (SchemaPart part in parts)
        {
            foreach (JsonProperty member in part.Schema.EnumerateObject())
            {
                if (part.Without.Contains(member.Name) || keywords.Contains(member.Name) || annotations.Contains(member.Name) || member.Name.StartsWith("x-", StringComparison.Ordinal))
                    continue;
                throw part.Place.Error(beside is null ? $"'{member.Name}' is not permitted." : $"'{member.Name}' is not permitted beside '{beside}'.");
            }
        }
    }

    /// <summary>The types that a value may have; null where nothing is said of them.</summary>
    public IReadOnlyList<string>? Types()
    {
        IReadOnlyList<string>? types = null;
        foreach ((JsonElement value, SchemaPlace place) in All("type"))
        {
            string[] more = TypesOf(value, place);
            types = types is null ? more : [.. types.Concat(more).Distinct().Where(type => Includes(types, type) && Includes(more, type))];
        }

        return types;

        static bool Includes(IReadOnlyList<string> types, string type) => types.Contains(type) || (type == "integer" && types.Contains("number"));
    }

    static string[] TypesOf(JsonElement value, SchemaPlace place)
    {
        JsonElement[] names = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        foreach (JsonElement name in names)
        {
            if (name.ValueKind != JsonValueKind.String || !Known.Contains(name.GetString()))
                throw place.Error($"{SchemaJson.Write(name)} is not a valid 'type'.");
        }

        return names.Length > 0 ? [.. names.Select(name => name.GetString()!).Distinct()] : throw place.Error("'type' must not be empty.");
    }

    public static IReadOnlyList<JsonElement> ArrayOf(JsonElement value, string keyword, SchemaPlace place) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 ? [.. value.EnumerateArray()] : throw place.Error($"'{keyword}' must be an array with at least one item.");

    /// <summary>All texts of arrays of texts.</summary>
    public IReadOnlyList<string> Texts(string keyword) =>
    [
        .. All(keyword).SelectMany(found => found.Value.ValueKind == JsonValueKind.Array && found.Value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? found.Value.EnumerateArray().Select(item => item.GetString()!)
            : throw found.Place.Error($"'{keyword}' must be an array of strings.")).Distinct(),
    ];

    /// <summary>The texts of a keyword, each with its place.</summary>
    public IEnumerable<(string Text, SchemaPlace Place)> AllTexts(string keyword) =>
        All(keyword).Select(found => found.Value.ValueKind == JsonValueKind.String ? (found.Value.GetString()!, found.Place) : throw found.Place.Error($"'{keyword}' must be a string."));

    public IEnumerable<decimal> Numbers(string keyword) =>
        All(keyword).Select(found =>
            found.Value.ValueKind == JsonValueKind.Number && found.Value.TryGetDecimal(out decimal number) && Math.Abs(number) < 1e17m ? number
            : throw found.Place.Error($"'{keyword}' must be a number of fewer than 18 digits."));

    /// <summary>A least and a greatest number; <see cref="int.MaxValue"/> where no greatest is given.</summary>
    public (int Min, int Max) Counts(string least, string most)
    {
        int min = All(least).Select(found => Count(found.Value, least, found.Place)).DefaultIfEmpty(0).Max();
        int max = All(most).Select(found => Count(found.Value, most, found.Place)).DefaultIfEmpty(int.MaxValue).Min();
        return min <= max ? (min, max) : throw Place.Error($"'{least}' is more than '{most}'.");
    }

    public bool IsTrue(string keyword) =>
        All(keyword).Aggregate(false, (any, found) => found.Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? any | found.Value.GetBoolean() : throw found.Place.Error($"'{keyword}' must be true or false."));

    static int Count(JsonElement value, string keyword, SchemaPlace place) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal count) && decimal.Truncate(count) == count && count is >= 0 and <= MaxCount ? (int)count
        : throw place.Error(FormattableString.Invariant($"'{keyword}' must be a whole number from 0 to {MaxCount}."));
}
