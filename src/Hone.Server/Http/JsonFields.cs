using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Http;

namespace Hone.Server.Http;

/// <summary>
/// The members of a JSON object that a request sent, read one by one by the shape that the endpoint gives it. A value that cannot be meant is an <see cref="ApiError"/> that names it.
/// Null counts as absent. Reading what the shape does not have is a bug: the OpenAPI document would not show it.
/// </summary>
/// <param name="element">An object.</param>
/// <param name="path">What stands before a member's name in errors, such as <c>method.dpo.</c>; empty for the body itself.</param>
sealed class JsonFields(JsonElement element, ObjectShape shape, string path = "")
{
    public JsonElement Element { get; } = element;

    /// <summary>Reads the body of a request; called by the framework for a handler's parameter of this type.</summary>
    public static async ValueTask<JsonFields?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using MemoryStream bytes = new();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        return Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), context.ShapeOf<BodyShape>().Object);
    }

    /// <summary>The members of an object in UTF-8. Every string in it can be read: what is no text is refused here.</summary>
    public static JsonFields Parse(ReadOnlyMemory<byte> utf8, ObjectShape shape)
    {
        if (!Utf8.IsValid(utf8.Span))
            throw ApiError.Invalid("We could not parse the JSON body of your request: it is not valid UTF-8.");
        try
        {
            using var document = JsonDocument.Parse(utf8);
            JsonElement root = document.RootElement.Clone();
            if (utf8.Span.IndexOf("\\u"u8) >= 0)
                RequireText(root);
            return root.ValueKind == JsonValueKind.Object ? new JsonFields(root, shape) : throw ApiError.Invalid("The JSON body of your request must be an object.");
        }
        catch (JsonException error)
        {
            throw ApiError.Invalid($"We could not parse the JSON body of your request: {error.Message}");
        }
    }

    /// <summary>Whether a member is there and not null, one that is to be refused included.</summary>
    public bool Has(string name) => Element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    public JsonElement? Find(string name)
    {
        _ = ShapeOf(name);
        return Has(name) ? Element.GetProperty(name) : null;
    }

    public JsonElement Required(string name) => Find(name) ?? throw ApiError.Invalid($"Missing required parameter: '{path}{name}'.", path + name, "missing_required_parameter");

    public string? String(string name)
    {
        TextShape rule = ShapeOf<TextShape>(name);
        if (Find(name) is not { } value)
            return null;
        string text = value.ValueKind == JsonValueKind.String ? value.GetString()! : throw WrongType(name, value, "string");
        if (text.Length < rule.MinLength || text.Length > rule.MaxLength)
            throw ApiError.Invalid($"'{Shown(text)}' is too {(text.Length < rule.MinLength ? "short" : "long")} - '{path}{name}'", path + name);
        return rule.Choices.Count > 0 ? OneOf(path + name, text, [.. rule.Choices]) : text;
    }

    public string RequiredString(string name)
    {
        Required(name);
        return String(name)!;
    }

    public long? Integer(string name)
    {
        WholeShape rule = ShapeOf<WholeShape>(name);
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number || !TryGetInteger(value, out long number))
            throw WrongType(name, value, "integer");
        return number < rule.Minimum ? throw TooSmall(name, value, rule.Minimum) : number > rule.Maximum ? throw TooLarge(name, value, rule.Maximum) : number;
    }

    public long RequiredInteger(string name)
    {
        Required(name);
        return Integer(name)!.Value;
    }

    public double? Number(string name)
    {
        NumberShape rule = ShapeOf<NumberShape>(name);
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number) || !double.IsFinite(number))
            throw WrongType(name, value, "number");
        if (rule.IsAbove && number == rule.Minimum)
            throw ApiError.Invalid(FormattableString.Invariant($"{Shown(value.GetRawText())} is less than or equal to the minimum of {rule.Minimum} - '{path}{name}'"), path + name);
        return number < rule.Minimum ? throw TooSmall(name, value, rule.Minimum) : number > rule.Maximum ? throw TooLarge(name, value, rule.Maximum) : number;
    }

    public bool? Boolean(string name)
    {
        _ = ShapeOf<BooleanShape>(name);
        return Find(name) is not { } value ? null
            : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
            : throw WrongType(name, value, "boolean");
    }

    public JsonFields? Object(string name)
    {
        ObjectShape inner = ShapeOf<ObjectShape>(name);
        return Find(name) is not { } value ? null
            : value.ValueKind == JsonValueKind.Object ? new JsonFields(value, inner, $"{path}{name}.")
            : throw WrongType(name, value, "object");
    }

    public JsonFields RequiredObject(string name)
    {
        Required(name);
        return Object(name)!;
    }

    public JsonElement[]? Array(string name)
    {
        ListShape rule = ShapeOf<ListShape>(name);
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array)
            throw WrongType(name, value, "array");
        int count = value.GetArrayLength();
        if (count < rule.MinItems)
            throw ApiError.Invalid($"[] is too short - '{path}{name}'", path + name);
        return count <= rule.MaxItems ? [.. value.EnumerateArray()] : throw ApiError.Invalid($"{count} items are too many, at most {rule.MaxItems} are possible - '{path}{name}'", path + name);
    }

    /// <summary>The objects of an array; <c>messages[0].</c> is then the path of the first.</summary>
    public JsonFields[]? Objects(string name)
    {
        var inner = (ObjectShape)ShapeOf<ListShape>(name).Item;
        return Array(name)?.Select((item, index) =>
            item.ValueKind == JsonValueKind.Object
                ? new JsonFields(item, inner, string.Create(CultureInfo.InvariantCulture, $"{path}{name}[{index}]."))
                : throw WrongType(string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]"), item, "object")).ToArray();
    }

    /// <summary>The pairs of a map of texts. A pair with null is left out.</summary>
    public IReadOnlyDictionary<string, string>? Metadata()
    {
        const string Name = "metadata";
        if (Object(Name) is not { } pairs)
            return null;
        ObjectShape rule = ShapeOf<ObjectShape>(Name);
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        foreach (JsonProperty pair in pairs.Element.EnumerateObject())
        {
            if (pair.Name.Length > rule.MaxNameLength)
                throw ApiError.Invalid($"'{Shown(pair.Name)}' is too long - '{path}{Name}'", path + Name);
            if (pairs.String(pair.Name) is { } text)
                metadata[pair.Name] = text;
        }

        return metadata.Count <= rule.MaxMembers ? metadata : throw ApiError.Invalid($"{metadata.Count} pairs are too many, at most {rule.MaxMembers} are possible - '{path}{Name}'", path + Name);
    }

    /// <summary>Refuses members that the shape does not have.</summary>
    public void RefuseOthers() => RefuseOthers([.. shape.Fields.Select(field => field.Name)]);

    /// <summary>Refuses members that have another name than these; those of the shape only when they have a value.</summary>
    public void RefuseOthers(params string[] known)
    {
        foreach (JsonProperty member in Element.EnumerateObject())
            if (!known.Contains(member.Name, StringComparer.Ordinal) && (member.Value.ValueKind != JsonValueKind.Null || shape.Find(member.Name) is null))
                throw ApiError.Invalid($"Unrecognized request argument supplied: {path}{Shown(member.Name)}", path + Shown(member.Name), "unknown_parameter");
    }

    /// <summary>Refuses a text that is none of those allowed, in the words of the interface.</summary>
    internal static string OneOf(string param, string text, params ReadOnlySpan<string> allowed) =>
        allowed.Contains(text) ? text
        : throw ApiError.Invalid($"'{Shown(text)}' is not one of [{string.Join(", ", allowed.ToArray().Select(value => $"'{value}'"))}] - '{param}'", param);

    /// <summary>A text of the caller's as an error shows it.</summary>
    internal static string Shown(string text) => text.Length <= 200 ? text : text[..200] + "…";

    Shape ShapeOf(string name) => shape.Find(name) ?? throw new InvalidOperationException($"'{path}{name}' is read, but the shape does not have it.");

    /// <summary>The shape of a member; of a choice, that of the kind.</summary>
    T ShapeOf<T>(string name)
        where T : Shape
    {
        Shape found = ShapeOf(name);
        return found as T ?? (found as ChoiceShape)?.Shapes.OfType<T>().LastOrDefault() ?? throw new InvalidOperationException($"'{path}{name}' is read as {typeof(T).Name}, but the shape says {found.GetType().Name}.");
    }

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
