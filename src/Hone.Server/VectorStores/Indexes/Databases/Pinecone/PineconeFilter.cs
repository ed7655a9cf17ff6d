using System.Text.Json;

namespace Hone.Server.VectorStores.Indexes.Databases.Pinecone;

/// <summary>Filters in Pinecone's words: <c>{"$and": [{"year": {"$gte": 2020}}, …]}</c>.</summary>
static class PineconeFilter
{
    public static void Write(Utf8JsonWriter json, VectorFilter filter)
    {
        json.WriteStartObject();
        switch (filter)
        {
            case VectorFilter.Compare { Comparator: Comparator.Ne } other:
                // Said in full: what a record without the value counts for is not.
                json.WriteStartArray("$or");
                json.WriteStartObject();
                json.WriteStartObject(PineconeNames.Keys.Of(other.Key));
                json.WriteBoolean("$exists", false);
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteStartObject();
                Condition(json, other, "$ne");
                json.WriteEndObject();
                json.WriteEndArray();
                break;
            case VectorFilter.Compare compare:
                Condition(json, compare, compare.Comparator switch { Comparator.Eq => "$eq", Comparator.Gt => "$gt", Comparator.Gte => "$gte", Comparator.Lt => "$lt", _ => "$lte" });
                break;
            case VectorFilter.And and:
                Join(json, "$and", and.Filters);
                break;
            case VectorFilter.Or or:
                Join(json, "$or", or.Filters);
                break;
        }

        json.WriteEndObject();
    }

    static void Condition(Utf8JsonWriter json, VectorFilter.Compare compare, string word)
    {
        json.WriteStartObject(PineconeNames.Keys.Of(compare.Key));
        json.WritePropertyName(word);
        json.WriteMetadataValue(compare.Value);
        json.WriteEndObject();
    }

    static void Join(Utf8JsonWriter json, string word, IReadOnlyList<VectorFilter> filters)
    {
        json.WriteStartArray(word);
        foreach (VectorFilter filter in filters)
            Write(json, filter);
        json.WriteEndArray();
    }
}
