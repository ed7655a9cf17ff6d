using System.Text.Json;

namespace Hone.Engine.Checkpoints;

/// <summary>An object of a JSON file whose fields are read with errors that name the file and the field. A field that is null counts as absent.</summary>
sealed class JsonFile
{
    readonly JsonElement _object;
    readonly string _prefix;

    JsonFile(string path, JsonElement value, string prefix)
    {
        Path = path;
        _object = value;
        _prefix = prefix;
    }

    public string Path { get; }

    public JsonElement Element => _object;

    public static JsonFile Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new HoneException($"{path} is not a JSON object.");
            return new JsonFile(path, document.RootElement.Clone(), "");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new HoneException($"{path} is missing.", error);
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new HoneException($"{path} cannot be read: {error.Message}", error);
        }
    }

    public bool Has(string name) => Find(name) is not null;

    /// <summary>Whether the field says null, where an absent one would mean a default.</summary>
    public bool IsNull(string name) => _object.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Null;

    public JsonFile? Object(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new JsonFile(Path, value, $"{_prefix}{name}.")
        : throw Wrong(name, "an object");

    /// <summary>The fields that are objects themselves, by name.</summary>
    public IEnumerable<(string Name, JsonFile Value)> Objects() =>
        _object
            .EnumerateObject()
            .Where(field => field.Value.ValueKind == JsonValueKind.Object)
            .Select(field => (field.Name, new JsonFile(Path, field.Value, $"{_prefix}{field.Name}.")));

    /// <summary>A size or a count.</summary>
    public int Positive(string name, int? otherwise = null)
    {
        int value = Whole(name) ?? otherwise ?? throw new HoneException($"{Path}: {_prefix}{name} is missing.");
        return value is > 0 and <= 1 << 28 ? value : throw Wrong(name, "a positive whole number");
    }

    public int? Whole(string name) =>
        Find(name) is not { } value ? null
        : TryWhole(value, out int whole) ? whole
        : throw Wrong(name, "a whole number");

    public double? Number(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) ? number
        : throw Wrong(name, "a number");

    public bool? Flag(string name) =>
        Find(name)?.ValueKind switch
        {
            null => null,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(name, "true or false"),
        };

    public string? Text(string name) =>
        Find(name) is not { } value ? null
        : TryText(value, out string text) ? text
        : throw Wrong(name, "a string");

    /// <summary>A list of strings.</summary>
    public string[]? Texts(string name)
    {
        if (Find(name) is not { } value)
            return null;
        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : throw Wrong(name, "a list of strings");
        return [.. items.Select(item => TryText(item, out string text) ? text : throw Wrong(name, "a list of strings"))];
    }

    /// <summary>One id or a list of ids.</summary>
    public int[]? Ids(string name)
    {
        if (Find(name) is not { } value)
            return null;
        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        var ids = new int[items.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            if (!TryWhole(items[i], out ids[i]))
                throw Wrong(name, "a token id or a list of token ids");
        }
        return ids;
    }

    /// <summary>A map of names to numbers.</summary>
    public Dictionary<string, double> Numbers(string name)
    {
        var numbers = new Dictionary<string, double>(StringComparer.Ordinal);
        if (Object(name) is { } map)
        {
            foreach (JsonProperty field in map._object.EnumerateObject())
                numbers.Add(field.Name, map.Number(field.Name) ?? throw map.Wrong(field.Name, "a number"));
        }
        return numbers;
    }

    public HoneException Wrong(string name, string expected)
    {
        string found = Find(name)?.GetRawText() ?? "nothing";
        return new HoneException($"{Path}: {_prefix}{name} is {(found.Length > 60 ? found[..60] + "…" : found)}; expected {expected}.");
    }

    public HoneException Unsupported(string name, string instead)
    {
        string found = Find(name)?.GetRawText() ?? "absent";
        return new HoneException($"{Path}: {_prefix}{name} {(found.Length > 60 ? found[..60] + "…" : found)} is not supported; {instead}.");
    }

    static bool TryText(JsonElement value, out string text)
    {
        text = "";
        if (value.ValueKind != JsonValueKind.String)
            return false;
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // half a surrogate pair
        }
    }

    static bool TryWhole(JsonElement value, out int whole)
    {
        whole = 0;
        if (value.ValueKind != JsonValueKind.Number)
            return false;
        if (value.TryGetInt32(out whole))
            return true;
        // Written by hand as 1e4 or 4096.0.
        if (!value.TryGetDouble(out double number) || number != Math.Truncate(number) || Math.Abs(number) > int.MaxValue)
            return false;
        whole = (int)number;
        return true;
    }

    JsonElement? Find(string name) =>
        _object.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
