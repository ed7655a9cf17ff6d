using System.Globalization;
using System.Text.Json;
using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases.Milvus;

/// <summary>A collection of Milvus with the fields of its records: ours, or those that others gave it, which Hone reads and does not write.</summary>
/// <param name="Id">The primary key.</param>
/// <param name="HasNumbers">Whether it is a number of 64 bits, rather than a text.</param>
/// <param name="Vector">The one field of a vector.</param>
/// <param name="IsOurs">Whether the other field is the metadata, rather than that each other field is one of them.</param>
sealed record MilvusFields(VectorCollection Collection, string Id, bool HasNumbers, string Vector, bool IsOurs)
{
    /// <param name="about">What Milvus says of the collection.</param>
    /// <exception cref="UnreadableCollection">It has not one plain vector for each record.</exception>
    public static MilvusFields Of(string foreign, JsonElement about)
    {
        string? description = about.Has("description", out JsonElement said) ? said.String() : null;
        string name = description is { Length: > 0 } && MilvusNames.Collections.Of(description) == foreign ? description : MilvusNames.Collections.Back(foreign);
        JsonElement[] fields = [.. about.List("fields")], vectors = [.. fields.Where(field => TypeOf(field).EndsWith("Vector", StringComparison.Ordinal))];
        if (vectors is not [{ } vector] || TypeOf(vector) != "FloatVector")
            throw UnreadableCollection.OfVectors(name);
        JsonElement key = fields.FirstOrDefault(field => field.Has("primaryKey", out JsonElement isKey) && isKey.ValueKind == JsonValueKind.True);
        if (key.ValueKind == JsonValueKind.Undefined || TypeOf(key) is not ("VarChar" or "Int64"))
            throw new UnreadableCollection(name, Text.Of("its records have no primary key of the type VarChar or Int64", "其记录没有 VarChar 或 Int64 类型的主键"));
        JsonElement index = about.List("indexes").FirstOrDefault(each => each.String("fieldName") == NameOf(vector));
        string? metric = index.ValueKind == JsonValueKind.Undefined ? null : index.String("metricType");
        VectorCollection collection = new(
            name,
            vector.List("params").FirstOrDefault(param => param.String("key") == "dim").Int32("value"),
            metric switch { "COSINE" => VectorMetric.Cosine, "IP" => VectorMetric.DotProduct, "L2" => VectorMetric.Euclidean, _ => throw UnreadableCollection.OfMetric(name, metric) });
        bool hasNumbers = TypeOf(key) == "Int64";
        bool isOurs = !hasNumbers && NameOf(key) == MilvusNames.Id && NameOf(vector) == MilvusNames.Vector && fields.Length == 3 && fields.Any(field => NameOf(field) == MilvusNames.Metadata && TypeOf(field) == "JSON");
        return new MilvusFields(collection, NameOf(key), hasNumbers, NameOf(vector), isOurs);
    }

    /// <exception cref="HoneException">The collection is not ours.</exception>
    public void CheckIsOurs()
    {
        if (!IsOurs)
            throw new HoneException(Text.Of($"Hone did not make the collection \"{Collection.Name}\" of Milvus: it reads it, and writes nothing there. Choose another name.", $"Milvus 的集合“{Collection.Name}”不是由 Hone 创建的：Hone 只读取、不写入。请换一个名称。"));
    }

    /// <summary>What a reading gives of each record.</summary>
    /// <param name="hasVector">Whether the vector is among it.</param>
    public IEnumerable<string> Output(bool hasVector) => !IsOurs ? ["*"] : hasVector ? [Id, Vector, MilvusNames.Metadata] : [Id, MilvusNames.Metadata];

    /// <summary>The filter that is true of records after one in the order of their ids; of all where that is null. A text stands beside the filter, as its parameter.</summary>
    public void WriteAfter(Utf8JsonWriter json, string? last)
    {
        if (HasNumbers)
        {
            // Of a parameter Milvus makes a double, which has not all 64 bits.
            json.WriteString("filter", last is null ? $"{Id} >= {long.MinValue.ToString(CultureInfo.InvariantCulture)}" : $"{Id} > {last}");
            return;
        }

        json.WriteString("filter", last is null ? $"{Id} != \"\"" : $"{Id} > {{after}}");
        if (last is null)
            return;
        json.WriteStartObject("exprParams");
        json.WriteString("after", last);
        json.WriteEndObject();
    }

    /// <summary>The filter that is true of records of ids.</summary>
    public void WriteIds(Utf8JsonWriter json, IEnumerable<string> ids)
    {
        if (HasNumbers)
        {
            json.WriteString("filter", $"{Id} in [{string.Join(", ", ids.Where(IsNumber))}]");
            return;
        }

        json.WriteString("filter", $"{Id} in {{ids}}");
        json.WriteStartObject("exprParams");
        json.WriteStrings("ids", ids);
        json.WriteEndObject();
    }

    public VectorRecord RecordOf(JsonElement record)
    {
        string id = IdOf(record);
        return new VectorRecord(id, record.VectorOf(Vector, id), MetadataOf(record));
    }

    /// <summary>The id of a record, which what was found by a search has under Milvus' own name.</summary>
    public string IdOf(JsonElement record) => (record.Has(Id, out JsonElement own) ? own : record.Member(MilvusNames.Id)).ToString();

    /// <param name="isMatch">Whether a search found it, so that it has names of Milvus' own.</param>
    public Dictionary<string, MetadataValue> MetadataOf(JsonElement record, bool isMatch = false)
    {
        if (!IsOurs)
            return record.Metadata(name => name != Id && name != Vector && !(isMatch && (name is MilvusNames.Id or MilvusNames.Distance)));
        if (!record.Has(MilvusNames.Metadata, out JsonElement metadata))
            return [];
        // A value of the type JSON comes as an object, or as its text.
        if (metadata.ValueKind != JsonValueKind.String)
            return metadata.Metadata(nameOf: MilvusNames.Keys.Back);
        using JsonDocument document = RecordJson.Parse(metadata.String());
        return document.RootElement.Metadata(nameOf: MilvusNames.Keys.Back);
    }

    static bool IsNumber(string id) => long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number.ToString(CultureInfo.InvariantCulture) == id;

    static string NameOf(JsonElement field) => field.String("name");

    static string TypeOf(JsonElement field) => field.String("type");
}
