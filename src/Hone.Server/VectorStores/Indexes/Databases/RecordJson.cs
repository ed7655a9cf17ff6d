using System.Globalization;
using System.Text.Json;

namespace Hone.Server.VectorStores.Indexes.Databases;

/// <summary>Vectors and metadata as JSON.</summary>
static class RecordJson
{
    /// <summary>A vector as an array of numbers.</summary>
    public static void WriteVector(this Utf8JsonWriter json, ReadOnlySpan<float> vector)
    {
        json.WriteStartArray();
        foreach (float value in vector)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>A value of metadata.</summary>
    /// <param name="hasPoint">Whether whole numbers have a point, too.</param>
    public static void WriteMetadataValue(this Utf8JsonWriter json, MetadataValue value, bool hasPoint = false)
    {
        if (value.Text is { } text)
            json.WriteStringValue(text);
        else if (value.Number is { } number && hasPoint)
            json.WriteRawValue(Fraction(number));
        else if (value.Number is { } whole)
            json.WriteNumberValue(whole);
        else
            json.WriteBooleanValue(value.Truth!.Value);
    }

    /// <summary>A number with a point, 5.0 for 5: some databases keep whole numbers apart and then cut the fraction of what they are compared with.</summary>
    public static string Fraction(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
    }

    /// <summary>Metadata as the members of the object that is being written.</summary>
    /// <param name="nameOf">The name of a value in the database; null where it is the value's own.</param>
    /// <param name="hasPoint">Whether whole numbers have a point, too.</param>
    public static void WriteMetadata(this Utf8JsonWriter json, IReadOnlyDictionary<string, MetadataValue> metadata, Func<string, string>? nameOf = null, bool hasPoint = false)
    {
        foreach ((string name, MetadataValue value) in metadata)
        {
            json.WritePropertyName(nameOf?.Invoke(name) ?? name);
            json.WriteMetadataValue(value, hasPoint);
        }
    }

    /// <summary>A vector of the length that its array has.</summary>
    public static float[] Vector(this JsonElement array)
    {
        float[] vector = new float[array.GetArrayLength()];
        int i = 0;
        foreach (JsonElement value in array.EnumerateArray())
            vector[i++] = value.GetSingle();
        return vector;
    }

    /// <summary>The metadata that an object holds. Lists and objects, which others may have put there, come as their JSON text; nulls are left out.</summary>
    /// <param name="isOwn">Whether a member is metadata, rather than what we keep beside it.</param>
    /// <param name="nameOf">The name of a value, from that of the database; null where they are the same.</param>
    public static Dictionary<string, MetadataValue> Metadata(this JsonElement holder, Func<string, bool>? isOwn = null, Func<string, string>? nameOf = null)
    {
        Dictionary<string, MetadataValue> metadata = new(StringComparer.Ordinal);
        if (holder.ValueKind != JsonValueKind.Object)
            return metadata;
        foreach (JsonProperty member in holder.EnumerateObject())
        {
            if (member.Name.Length > 0 && (isOwn?.Invoke(member.Name) ?? true) && ValueOf(member.Value) is { } value)
                metadata[nameOf?.Invoke(member.Name) ?? member.Name] = value;
        }

        return metadata;
    }

    static MetadataValue? ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => null,
        _ => value.GetRawText(),
    };
}
