using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases;

/// <summary>Vectors and metadata as JSON, and what databases answer in it.</summary>
static class RecordJson
{
    // Chinese letters as they are: escaped they take twice the bytes, and databases limit those of a request.
    static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An object, from what writes its members.</summary>
    public static byte[] Object(Action<Utf8JsonWriter> members) => Bytes(json =>
    {
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
    });

    /// <inheritdoc cref="Object"/>
    public static string ObjectText(Action<Utf8JsonWriter> members) => Encoding.UTF8.GetString(Object(members));

    /// <summary>Metadata as a text, which <see cref="MetadataOf"/> reads.</summary>
    public static string TextOf(IReadOnlyDictionary<string, MetadataValue> metadata) => ObjectText(json => json.WriteMetadata(metadata));

    /// <summary>A vector as a text.</summary>
    public static string TextOf(float[] vector) => Encoding.UTF8.GetString(Bytes(json => json.WriteVector(vector)));

    static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes, Written))
            write(json);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>A member of an answer that must have it.</summary>
    /// <exception cref="HoneException">It has not: no answer of the interface that we know.</exception>
    public static JsonElement Member(this JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out JsonElement member)
            ? member
            : throw Strange(Text.Of($"no \"{name}\"", $"没有“{name}”"));

    /// <summary>The elements of an answer that must be a list.</summary>
    /// <exception cref="HoneException">It is none.</exception>
    public static JsonElement.ArrayEnumerator Elements(this JsonElement answer) => answer.ValueKind == JsonValueKind.Array ? answer.EnumerateArray() : throw NoList();

    /// <summary>A member that an answer need not have, and that is not null.</summary>
    public static bool Has(this JsonElement answer, string name, out JsonElement member)
    {
        member = default;
        return answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out member) && member.ValueKind != JsonValueKind.Null;
    }

    /// <summary>A text in an answer.</summary>
    /// <exception cref="HoneException">Something else stands there, as in what follows.</exception>
    public static string String(this JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Strange(Text.Of("no text where one is expected", "缺少应有的文本"));

    /// <inheritdoc cref="String(JsonElement)"/>
    public static string String(this JsonElement answer, string name) => answer.Member(name).String();

    /// <summary>A number in an answer.</summary>
    public static double Number(this JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw NoNumber();

    /// <inheritdoc cref="Number(JsonElement)"/>
    public static double Number(this JsonElement answer, string name) => answer.Member(name).Number();

    /// <summary>A whole number, which some systems write as a text since it has 64 bits.</summary>
    public static long Whole(this JsonElement value) =>
        value.ValueKind is JsonValueKind.Number or JsonValueKind.String && long.TryParse(value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : throw NoNumber();

    /// <inheritdoc cref="Whole(JsonElement)"/>
    public static long Whole(this JsonElement answer, string name) => answer.Member(name).Whole();

    /// <summary>A whole number of 32 bits.</summary>
    public static int Int32(this JsonElement value) => value.Whole() is >= int.MinValue and <= int.MaxValue and long number ? (int)number : throw NoNumber();

    /// <inheritdoc cref="Int32(JsonElement)"/>
    public static int Int32(this JsonElement answer, string name) => answer.Member(name).Int32();

    /// <summary>An element of a list in an answer, from 0.</summary>
    public static JsonElement At(this JsonElement list, int index) => list.ValueKind == JsonValueKind.Array && index < list.GetArrayLength() ? list[index] : throw NoList();

    /// <summary>The members of an answer that must be an object.</summary>
    public static JsonElement.ObjectEnumerator Members(this JsonElement answer) => answer.ValueKind == JsonValueKind.Object ? answer.EnumerateObject() : throw Strange(Text.Of("no object where one is expected", "缺少应有的对象"));

    static HoneException NoNumber() => Strange(Text.Of("no number where one is expected", "缺少应有的数字"));

    static HoneException NoList() => Strange(Text.Of("no list where one is expected", "缺少应有的列表"));

    /// <summary>An answer that the system does not give, as an error for people.</summary>
    /// <param name="what">What it has.</param>
    public static HoneException Strange(string what) =>
        new(Text.Of($"The database's answer has {what}. Is another program at that address, or a version that Hone does not know?", $"数据库的回答中{what}。该地址上是否是其他程序，或 Hone 不了解的版本？"));

    /// <summary>The members of a list in an answer, which some systems leave out where it is empty.</summary>
    public static IEnumerable<JsonElement> List(this JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    /// <summary>An answer, or a line of one, that is JSON. To be disposed of.</summary>
    public static JsonDocument Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            throw Strange(Text.Of("what is no JSON", "有不是 JSON 的内容"));
        }
    }

    /// <summary>A vector as an array of numbers.</summary>
    public static void WriteVector(this Utf8JsonWriter json, ReadOnlySpan<float> vector)
    {
        json.WriteStartArray();
        foreach (float value in vector)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    /// <summary>What records must be, as a member, where something is asked of them.</summary>
    /// <param name="write">Writes it in the system's words.</param>
    public static void WriteFilter(this Utf8JsonWriter json, string name, PlainFilter filter, Action<Utf8JsonWriter, VectorFilter> write)
    {
        if (filter.Filter is not { } where)
            return;
        json.WritePropertyName(name);
        write(json, where);
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

    /// <summary>The vector of a record.</summary>
    /// <param name="name">The member that holds it.</param>
    /// <param name="id">That of the record, for messages.</param>
    /// <exception cref="HoneException">It has none.</exception>
    public static float[] VectorOf(this JsonElement record, string name, string id) => (record.Has(name, out JsonElement array) ? array : default).Vector(id);

    /// <summary>A vector of the length that its array has.</summary>
    /// <inheritdoc cref="VectorOf"/>
    public static float[] Vector(this JsonElement array, string id)
    {
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() == 0)
            throw NoVector(id);
        float[] vector = new float[array.GetArrayLength()];
        int i = 0;
        foreach (JsonElement value in array.EnumerateArray())
            vector[i++] = value.ValueKind == JsonValueKind.Number ? value.GetSingle() : throw NoVector(id);
        return vector;
    }

    /// <summary>A record without one vector, as an error for people.</summary>
    public static HoneException NoVector(string id) =>
        new(Text.Of($"The record \"{id}\" has no vector, or several under names of their own. Hone reads records of one vector.", $"记录“{id}”没有向量，或有多个命名向量。Hone 只读取单个向量的记录。"));

    /// <summary>What <see cref="TextOf(IReadOnlyDictionary{string, MetadataValue})"/> made a text of.</summary>
    public static Dictionary<string, MetadataValue> MetadataOf(string text)
    {
        using JsonDocument document = Parse(text);
        return document.RootElement.Metadata();
    }

    /// <summary>The same of a text that others may have written: nothing where it is no such text.</summary>
    public static Dictionary<string, MetadataValue> DescriptionOf(string? text)
    {
        try
        {
            return MetadataOf(text ?? "{}");
        }
        catch (HoneException)
        {
            return [];
        }
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
