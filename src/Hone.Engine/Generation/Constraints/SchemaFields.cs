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

/// <summary>The keywords of one schema.</summary>
sealed class SchemaFields(JsonElement schema, SchemaPlace place)
{
    /// <summary>No count beyond it: a grammar has a state for each.</summary>
    const int MaxCount = 100_000;

    static readonly string[] Known = ["object", "array", "string", "number", "integer", "boolean", "null"];

    public SchemaPlace Place => place;

    public bool Has(string keyword) => schema.TryGetProperty(keyword, out _);

    public JsonElement? Find(string keyword) => schema.TryGetProperty(keyword, out JsonElement value) ? value : null;

    /// <summary>Refuses every other keyword.</summary>
    public void AllowOnly(IReadOnlyCollection<string> keywords, IReadOnlySet<string> annotations, string? beside = null)
    {
        foreach (JsonProperty member in schema.EnumerateObject())
        {
            if (keywords.Contains(member.Name) || annotations.Contains(member.Name) || member.Name.StartsWith("x-", StringComparison.Ordinal))
                continue;
            throw place.Error(beside is null ? $"'{member.Name}' is not permitted." : $"'{member.Name}' is not permitted beside '{beside}'.");
        }
    }

    /// <summary>The types that a value may have.</summary>
    public IReadOnlyList<string> Types()
    {
        JsonElement value = schema.GetProperty("type");
        JsonElement[] names = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        foreach (JsonElement name in names)
        {
            if (name.ValueKind != JsonValueKind.String || !Known.Contains(name.GetString()))
                throw place.Error($"{SchemaJson.Write(name)} is not a valid 'type'.");
        }

        return names.Length > 0 ? [.. names.Select(name => name.GetString()!).Distinct()] : throw place.Error("'type' must not be empty.");
    }

    public IReadOnlyList<JsonElement> Array(string keyword)
    {
        JsonElement value = schema.GetProperty(keyword);
        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 ? [.. value.EnumerateArray()] : throw place.Error($"'{keyword}' must be an array with at least one item.");
    }

    public HashSet<string> Texts(string keyword)
    {
        JsonElement value = schema.GetProperty(keyword);
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
            : throw place.Error($"'{keyword}' must be an array of strings.");
    }

    public string? Text(string keyword) =>
        Find(keyword) is not { } value ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : throw place.Error($"'{keyword}' must be a string.");

    public decimal? Number(string keyword) =>
        Find(keyword) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal number) && Math.Abs(number) < 1e17m ? number
        : throw place.Error($"'{keyword}' must be a number of fewer than 18 digits.");

    /// <summary>A least and a greatest number; <see cref="int.MaxValue"/> where no greatest is given.</summary>
    public (int Min, int Max) Counts(string least, string most)
    {
        int min = Count(least) ?? 0, max = Count(most) ?? int.MaxValue;
        return min <= max ? (min, max) : throw place.Error($"'{least}' is more than '{most}'.");
    }

    int? Count(string keyword) =>
        Find(keyword) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal count) && decimal.Truncate(count) == count && count is >= 0 and <= MaxCount ? (int)count
        : throw place.Error(FormattableString.Invariant($"'{keyword}' must be a whole number from 0 to {MaxCount}."));
}
