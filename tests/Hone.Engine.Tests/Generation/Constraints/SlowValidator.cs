using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hone.Engine.Tests.Generation.Constraints;

/// <summary>JSON Schema, word for word.</summary>
static class SlowValidator
{
    public static bool Fits(JsonElement value, JsonElement schema, JsonElement root)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return schema.ValueKind == JsonValueKind.True;
        return schema.EnumerateObject().All(keyword => Keeps(value, keyword.Name, keyword.Value, schema, root));
    }

    static bool Keeps(JsonElement value, string keyword, JsonElement argument, JsonElement schema, JsonElement root) =>
        keyword switch
        {
            "$ref" => Fits(value, Resolve(argument.GetString()!, root), root),
            "type" => argument.ValueKind == JsonValueKind.Array ? argument.EnumerateArray().Any(type => IsOf(value, type.GetString()!)) : IsOf(value, argument.GetString()!),
            "enum" => argument.EnumerateArray().Any(item => JsonElement.DeepEquals(item, value)),
            "const" => JsonElement.DeepEquals(argument, value),
            "anyOf" => argument.EnumerateArray().Any(part => Fits(value, part, root)),
            "oneOf" => argument.EnumerateArray().Count(part => Fits(value, part, root)) == 1,
            "allOf" => argument.EnumerateArray().All(part => Fits(value, part, root)),
            "properties" => value.ValueKind != JsonValueKind.Object
                || value.EnumerateObject().All(member => !argument.TryGetProperty(member.Name, out JsonElement part) || Fits(member.Value, part, root)),
            "required" => value.ValueKind != JsonValueKind.Object || argument.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)),
            "additionalProperties" => value.ValueKind != JsonValueKind.Object
                || value.EnumerateObject().All(member => (schema.TryGetProperty("properties", out JsonElement known) && known.TryGetProperty(member.Name, out _)) || Fits(member.Value, argument, root)),
            "propertyNames" => value.ValueKind != JsonValueKind.Object || value.EnumerateObject().All(member => Fits(JsonSerializer.SerializeToElement(member.Name), argument, root)),
            "prefixItems" => value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Zip(argument.EnumerateArray()).All(pair => Fits(pair.First, pair.Second, root)),
            "items" => value.ValueKind != JsonValueKind.Array
                || value.EnumerateArray().Skip(schema.TryGetProperty("prefixItems", out JsonElement first) ? first.GetArrayLength() : 0).All(item => Fits(item, argument, root)),
            "uniqueItems" => value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Select(item => item.GetRawText()).Distinct().Count() == value.GetArrayLength(),
            "multipleOf" => value.ValueKind != JsonValueKind.Number || value.GetDecimal() % argument.GetDecimal() == 0,
            "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= argument.GetInt32(),
            "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= argument.GetInt32(),
            "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.EnumerateRunes().Count() >= argument.GetInt32(),
            "maxLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.EnumerateRunes().Count() <= argument.GetInt32(),
            "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(OneUnitEach(value.GetString()!), argument.GetString()!, RegexOptions.ECMAScript),
            "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDecimal() >= argument.GetDecimal(),
            "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDecimal() <= argument.GetDecimal(),
            "exclusiveMinimum" => value.ValueKind != JsonValueKind.Number || value.GetDecimal() > argument.GetDecimal(),
            "exclusiveMaximum" => value.ValueKind != JsonValueKind.Number || value.GetDecimal() < argument.GetDecimal(),
            "format" => value.ValueKind != JsonValueKind.String || IsFormat(value.GetString()!, argument.GetString()!),
            _ => true,
        };

    // .NET counts the halves of surrogate pairs; schemas count characters. None of the patterns names one beyond U+FFFF.
    static string OneUnitEach(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.IsBmp ? rune.ToString() : "\uE000"));

    static JsonElement Resolve(string pointer, JsonElement root) =>
        pointer.Split('/').Skip(1).Aggregate(root, (at, part) => at.GetProperty(part));

    static bool IsOf(JsonElement value, string type) =>
        type switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            _ => value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()),
        };

    static bool IsFormat(string text, string format) =>
        format switch
        {
            "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
            "time" => DateTimeOffset.TryParse("2000-01-02T" + text, CultureInfo.InvariantCulture, out _),
            "uuid" => Guid.TryParseExact(text, "D", out _),
            "ipv4" or "ipv6" => System.Net.IPAddress.TryParse(text, out System.Net.IPAddress? address) && (format == "ipv4") == (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork),
            "email" => System.Net.Mail.MailAddress.TryCreate(text, out System.Net.Mail.MailAddress? mail) && mail.Address == text,
            "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
            "hostname" => Uri.CheckHostName(text) != UriHostNameType.Unknown,
            "duration" => IsDuration(text.Replace("W", "D", StringComparison.Ordinal)),
            _ => false,
        };

    static bool IsDuration(string text)
    {
        try
        {
            return System.Xml.XmlConvert.ToTimeSpan(text) >= TimeSpan.Zero;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
