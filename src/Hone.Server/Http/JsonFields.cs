using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace Hone.Server.Http;

/// <summary>The members of a JSON object that a request sent, read one by one. A value that cannot be meant is an <see cref="ApiError"/> that names it. Null counts as absent.</summary>
/// <param name="element">An object.</param>
/// <param name="path">What stands before a member's name in errors, such as <c>method.dpo.</c>; empty for the body itself.</param>
public sealed class JsonFields(JsonElement element, string path = "")
{
    /// <summary>Pairs, characters of a key and characters of a value that metadata may have.</summary>
    const int MaxMetadataPairs = 16, MaxMetadataKey = 64, MaxMetadataValue = 512;

    public JsonElement Element { get; } = element;

    /// <summary>Reads the body of a request; called by the framework for a handler's parameter of this type.</summary>
    public static async ValueTask<JsonFields?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using MemoryStream bytes = new();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        return Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
    }

    /// <summary>The members of an object in UTF-8. Every string in it can be read: what is no text is refused here.</summary>
    public static JsonFields Parse(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span))
            throw ApiError.Invalid("We could not parse the JSON body of your request: it is not valid UTF-8.");
        try
        {
            using var document = JsonDocument.Parse(utf8);
            JsonElement root = document.RootElement.Clone();
            if (utf8.Span.IndexOf("\\u"u8) >= 0)
                RequireText(root);
            return root.ValueKind == JsonValueKind.Object ? new JsonFields(root) : throw ApiError.Invalid("The JSON body of your request must be an object.");
        }
        catch (JsonException error)
        {
            throw ApiError.Invalid($"We could not parse the JSON body of your request: {error.Message}");
        }
    }

    /// <summary>Whether a member is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    public JsonElement? Find(string name) => Element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public JsonElement Required(string name) => Find(name) ?? throw ApiError.Invalid($"Missing required parameter: '{path}{name}'.", path + name, "missing_required_parameter");

    /// <param name="maxLength">In characters (UTF-16).</param>
    public string? String(string name, int minLength = 0, int maxLength = int.MaxValue)
    {
        if (Find(name) is not { } value)
            return null;
        string text = value.ValueKind == JsonValueKind.String ? value.GetString()! : throw WrongType(name, value, "string");
        if (text.Length < minLength || text.Length > maxLength)
            throw ApiError.Invalid($"'{Shown(text)}' is too {(text.Length < minLength ? "short" : "long")} - '{path}{name}'", path + name);
        return text;
    }

    public string RequiredString(string name, int minLength = 0, int maxLength = int.MaxValue)
    {
        Required(name);
        return String(name, minLength, maxLength)!;
    }

    public string? OneOf(string name, params string[] allowed) => String(name) is { } text ? OneOf(path + name, text, allowed) : null;

    public long? Integer(string name, long minimum = long.MinValue, long maximum = long.MaxValue)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number || !TryGetInteger(value, out long number))
            throw WrongType(name, value, "integer");
        return number < minimum ? throw TooSmall(name, value, minimum) : number > maximum ? throw TooLarge(name, value, maximum) : number;
    }

    public double? Number(string name, double minimum = double.MinValue, double maximum = double.MaxValue)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number) || !double.IsFinite(number))
            throw WrongType(name, value, "number");
        return number < minimum ? throw TooSmall(name, value, minimum) : number > maximum ? throw TooLarge(name, value, maximum) : number;
    }

    public bool? Boolean(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw WrongType(name, value, "boolean");

    public JsonFields? Object(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new JsonFields(value, $"{path}{name}.")
        : throw WrongType(name, value, "object");

    public JsonElement[]? Array(string name, int maxItems = int.MaxValue)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array)
            throw WrongType(name, value, "array");
        int count = value.GetArrayLength();
        return count <= maxItems ? [.. value.EnumerateArray()] : throw ApiError.Invalid($"{count} items are too many, at most {maxItems} are possible - '{path}{name}'", path + name);
    }

    /// <summary>The objects of an array; <c>messages[0].</c> is then the path of the first.</summary>
    public JsonFields[]? Objects(string name, int maxItems = int.MaxValue) =>
        Array(name, maxItems)?.Select((item, index) =>
            item.ValueKind == JsonValueKind.Object
                ? new JsonFields(item, string.Create(CultureInfo.InvariantCulture, $"{path}{name}[{index}]."))
                : throw WrongType(string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]"), item, "object")).ToArray();

    /// <summary>At most 16 pairs of texts: keys of up to 64 characters, values of up to 512. A pair with null is left out.</summary>
    public IReadOnlyDictionary<string, string>? Metadata(string name = "metadata")
    {
        if (Object(name) is not { } pairs)
            return null;
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        foreach (JsonProperty pair in pairs.Element.EnumerateObject())
        {
            if (pair.Name.Length > MaxMetadataKey)
                throw ApiError.Invalid($"'{Shown(pair.Name)}' is too long - '{path}{name}'", path + name);
            if (pairs.String(pair.Name, maxLength: MaxMetadataValue) is { } text)
                metadata[pair.Name] = text;
        }
        return metadata.Count <= MaxMetadataPairs ? metadata : throw ApiError.Invalid($"{metadata.Count} pairs are too many, at most {MaxMetadataPairs} are possible - '{path}{name}'", path + name);
    }

    /// <summary>Refuses members that have another name than these.</summary>
    public void RefuseOthers(params string[] known)
    {
        foreach (JsonProperty member in Element.EnumerateObject())
            if (!known.Contains(member.Name, StringComparer.Ordinal))
                throw ApiError.Invalid($"Unrecognized request argument supplied: {path}{Shown(member.Name)}", path + Shown(member.Name), "unknown_parameter");
    }

    /// <summary>Refuses a text that is none of those allowed, in the words of the interface.</summary>
    internal static string OneOf(string param, string text, params ReadOnlySpan<string> allowed) =>
        allowed.Contains(text) ? text
        : throw ApiError.Invalid($"'{Shown(text)}' is not one of [{string.Join(", ", allowed.ToArray().Select(value => $"'{value}'"))}] - '{param}'", param);

    /// <summary>A text of the caller's as an error shows it.</summary>
    internal static string Shown(string text) => text.Length <= 200 ? text : text[..200] + "…";

    ApiError WrongType(string name, JsonElement value, string type)
    {
        string shown = value.ValueKind == JsonValueKind.String ? $"'{Shown(value.GetString()!)}'" : Shown(value.GetRawText());
        return ApiError.Invalid($"{shown} is not of type '{type}' - '{path}{name}'", path + name, "invalid_type");
    }

    ApiError TooSmall(string name, JsonElement value, IFormattable minimum) =>
        ApiError.Invalid($"{Shown(value.GetRawText())} is less than the minimum of {minimum.ToString(null, CultureInfo.InvariantCulture)} - '{path}{name}'", path + name);

    ApiError TooLarge(string name, JsonElement value, IFormattable maximum) =>
        ApiError.Invalid($"{Shown(value.GetRawText())} is greater than the maximum of {maximum.ToString(null, CultureInfo.InvariantCulture)} - '{path}{name}'", path + name);

    /// <summary>Whole numbers may be written as 3.0: clients in languages with one kind of number do so.</summary>
    static bool TryGetInteger(JsonElement value, out long number)
    {
        if (value.TryGetInt64(out number))
            return true;
        bool isWhole = value.TryGetDouble(out double real) && Math.Abs(real) < 1L << 53 && Math.Floor(real) == real;
        number = isWhole ? (long)real : 0;
        return isWhole;
    }

    /// <summary>Refuses escapes that make no text, such as half of a surrogate pair: reading such a string would fail later.</summary>
    static void RequireText(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    RequireText(() => member.Name);
                    RequireText(member.Value);
                }
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray())
                    RequireText(item);
                break;
            case JsonValueKind.String:
                RequireText(() => value.GetString()!);
                break;
        }
    }

    static void RequireText(Func<string> read)
    {
        try
        {
            read();
        }
        catch (InvalidOperationException)
        {
            throw ApiError.Invalid("We could not parse the JSON body of your request: an escape sequence in a string is half of a surrogate pair.");
        }
    }
}
