using System.Text.Json;

namespace Hone.Server.VectorStores.Indexes.Databases.Chroma;

/// <summary>Filters in Chroma's words: <c>{"$and": [{"year": {"$gte": 2020}}, …]}</c>.</summary>
static class ChromaFilter
{
    public static void Write(Utf8JsonWriter json, VectorFilter filter)
    {
        json.WriteStartObject();
        switch (filter)
        {
            case VectorFilter.Compare compare:
                json.WriteStartObject(ChromaNames.Keys.Of(compare.Key));
                json.WritePropertyName(compare.Comparator switch
                {
                    Comparator.Eq => "$eq",
                    Comparator.Ne => "$ne",
                    Comparator.Gt => "$gt",
                    Comparator.Gte => "$gte",
                    Comparator.Lt => "$lt",
                    _ => "$lte",
                });
                json.WriteMetadataValue(compare.Value, hasPoint: true);
                json.WriteEndObject();
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

    static void Join(Utf8JsonWriter json, string word, IReadOnlyList<VectorFilter> filters)
    {
        json.WriteStartArray(word);
        foreach (VectorFilter filter in filters)
            Write(json, filter);
        json.WriteEndArray();
    }
}
