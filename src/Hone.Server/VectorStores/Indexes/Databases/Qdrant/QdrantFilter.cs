using System.Text.Json;

namespace Hone.Server.VectorStores.Indexes.Databases.Qdrant;

/// <summary>Filters in Qdrant's words: <c>{"must": [{"key": "year", "range": {"gte": 2020}}, …]}</c>.</summary>
static class QdrantFilter
{
    /// <summary>A condition that can stand by itself.</summary>
    public static void Write(Utf8JsonWriter json, VectorFilter filter)
    {
        json.WriteStartObject();
        switch (filter)
        {
            case VectorFilter.And and:
                Join(json, "must", and.Filters);
                break;
            case VectorFilter.Or or:
                Join(json, "should", or.Filters);
                break;
            case VectorFilter.Compare compare:
                json.WriteStartArray(compare.Comparator == Comparator.Ne ? "must_not" : "must");
                Condition(json, compare);
                json.WriteEndArray();
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

    static void Condition(Utf8JsonWriter json, VectorFilter.Compare compare)
    {
        json.WriteStartObject();
        // A path in the payload; what is in quotes is one name, dots and brackets included.
        json.WriteString("key", $"\"{QdrantNames.Keys.Of(compare.Key)}\"");
        if (compare.Value.Number is { } number)
        {
            // Only whole numbers can be matched, and a record may hold 7 or 7.0: a range is both.
            json.WriteStartObject("range");
            if (compare.Comparator is Comparator.Eq or Comparator.Ne or Comparator.Gte)
                json.WriteNumber("gte", number);
            if (compare.Comparator is Comparator.Eq or Comparator.Ne or Comparator.Lte)
                json.WriteNumber("lte", number);
            if (compare.Comparator == Comparator.Gt)
                json.WriteNumber("gt", number);
            if (compare.Comparator == Comparator.Lt)
                json.WriteNumber("lt", number);
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartObject("match");
            json.WritePropertyName("value");
            json.WriteMetadataValue(compare.Value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
