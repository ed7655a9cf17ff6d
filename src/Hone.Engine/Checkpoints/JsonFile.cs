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
                throw new HoneException(Engine.Text.Of($"{path} is not a JSON object. Download or write it again.", $"{path} 不是 JSON 对象。请重新下载或写入。"));
            return new JsonFile(path, document.RootElement.Clone(), "");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new HoneException(Engine.Text.Of($"{path} is missing.", $"缺少 {path}。"), error);
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Engine.Text.Of($"{path} cannot be read: {error.Message}", $"无法读取 {path}：{error.Message}"), error);
        }
    }

    public bool Has(string name) => Find(name) is not null;

    /// <summary>Whether the field says null, where an absent one would mean a default.</summary>
    public bool IsNull(string name) => _object.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Null;

    public JsonFile? Object(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new JsonFile(Path, value, $"{_prefix}{name}.")
        : throw Wrong(name, Engine.Text.Of("an object", "对象"));

    /// <summary>The fields that are objects themselves, by name.</summary>
    public IEnumerable<(string Name, JsonFile Value)> Objects() =>
        _object
            .EnumerateObject()
            .Where(field => field.Value.ValueKind == JsonValueKind.Object)
            .Select(field => (field.Name, new JsonFile(Path, field.Value, $"{_prefix}{field.Name}.")));

    /// <summary>A size or a count.</summary>
    public int Positive(string name, int? otherwise = null)
    {
        int value = Whole(name) ?? otherwise ?? throw new HoneException(Engine.Text.Of($"{Path}: {_prefix}{name} is missing.", $"{Path}：缺少 {_prefix}{name}。"));
        return value is > 0 and <= 1 << 28 ? value : throw Wrong(name, Engine.Text.Of("a positive whole number", "正整数"));
    }

    public int? Whole(string name) =>
        Find(name) is not { } value ? null
        : TryWhole(value, out int whole) ? whole
        : throw Wrong(name, Engine.Text.Of("a whole number", "整数"));

    public double? Number(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) ? number
        : throw Wrong(name, Engine.Text.Of("a number", "数字"));

    public bool? Flag(string name) =>
        Find(name)?.ValueKind switch
        {
            null => null,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(name, Engine.Text.Of("true or false", "true 或 false")),
        };

    public string? Text(string name) =>
        Find(name) is not { } value ? null
        : TryText(value, out string text) ? text
        : throw Wrong(name, Engine.Text.Of("a string", "字符串"));

    /// <summary>A list of strings.</summary>
    public string[]? Texts(string name)
    {
        if (Find(name) is not { } value)
            return null;
        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : throw Wrong(name, Engine.Text.Of("a list of strings", "字符串列表"));
        return [.. items.Select(item => TryText(item, out string text) ? text : throw Wrong(name, Engine.Text.Of("a list of strings", "字符串列表")))];
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
                throw Wrong(name, Engine.Text.Of("a token id or a list of token ids", "词元 id 或其列表"));
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
                numbers.Add(field.Name, map.Number(field.Name) ?? throw map.Wrong(field.Name, Engine.Text.Of("a number", "数字")));
        }
        return numbers;
    }

    /// <param name="expected">In the language in use.</param>
    public HoneException Wrong(string name, string expected)
    {
        string found = Found(name, Engine.Text.Of("nothing", "空"));
        return new HoneException(Engine.Text.Of($"{Path}: {_prefix}{name} is {found}; expected {expected}.", $"{Path}：{_prefix}{name} 为 {found}，应为{expected}。"));
    }

    /// <param name="instead">In the language in use.</param>
    public HoneException Unsupported(string name, string instead)
    {
        string found = Found(name, Engine.Text.Of("absent", "（缺失）"));
        return new HoneException(Engine.Text.Of($"{Path}: {_prefix}{name} {found} is not supported; {instead}.", $"{Path}：不支持 {_prefix}{name} {found}；{instead}。"));
    }

    string Found(string name, string absent) => Find(name)?.GetRawText() is not { } found ? absent : found.Length > 60 ? found[..60] + "…" : found;

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
