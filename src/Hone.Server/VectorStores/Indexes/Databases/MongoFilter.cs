using System.Text.Json;

namespace Hone.Server.VectorStores.Indexes.Databases;

/// <summary>Filters in the words that Chroma and Pinecone took from MongoDB: <c>{"$and": [{"year": {"$gte": 2020}}, …]}</c>.</summary>
/// <param name="keys">How names of metadata are written.</param>
/// <param name="hasPoint">Whether whole numbers are written with a point.</param>
/// <param name="hasExists">Whether the system knows <c>$exists</c>, and leaves open what <c>$ne</c> is of a record without the value.</param>
sealed class MongoFilter(EscapedKeys keys, bool hasPoint, bool hasExists)
{
    public void Write(Utf8JsonWriter json, VectorFilter filter)
    {
        json.WriteStartObject();
        switch (filter)
        {
            case VectorFilter.Compare { Comparator: Comparator.Ne } other when hasExists:
                json.WriteStartArray("$or");
                WriteMissing(json, other.Key);
                json.WriteStartObject();
                WriteCondition(json, other);
                json.WriteEndObject();
                json.WriteEndArray();
                break;
            case VectorFilter.Compare compare:
                WriteCondition(json, compare);
                break;
            case VectorFilter.And and:
                WriteAll(json, "$and", and.Filters);
                break;
            case VectorFilter.Or or:
                WriteAll(json, "$or", or.Filters);
                break;
        }

        json.WriteEndObject();
    }

    void WriteMissing(Utf8JsonWriter json, string key)
    {
        json.WriteStartObject();
        json.WriteStartObject(keys.Of(key));
        json.WriteBoolean("$exists", false);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    void WriteCondition(Utf8JsonWriter json, VectorFilter.Compare compare)
    {
        json.WriteStartObject(keys.Of(compare.Key));
        json.WritePropertyName(compare.Comparator switch
        {
            Comparator.Eq => "$eq",
            Comparator.Ne => "$ne",
            Comparator.Gt => "$gt",
            Comparator.Gte => "$gte",
            Comparator.Lt => "$lt",
            _ => "$lte",
        });
        json.WriteMetadataValue(compare.Value, hasPoint);
        json.WriteEndObject();
    }

    void WriteAll(Utf8JsonWriter json, string word, IReadOnlyList<VectorFilter> filters)
    {
        json.WriteStartArray(word);
        foreach (VectorFilter filter in filters)
            Write(json, filter);
        json.WriteEndArray();
    }
}
