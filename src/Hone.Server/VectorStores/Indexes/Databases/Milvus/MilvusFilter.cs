using System.Globalization;
using System.Text.Json;

namespace Hone.Server.VectorStores.Indexes.Databases.Milvus;

/// <summary>A filter as an expression of Milvus. Values stand beside it as its parameters, never in it.</summary>
sealed class MilvusFilter
{
    readonly List<MetadataValue> _values = [];

    MilvusFilter(VectorFilter filter) => Expression = Write(filter);

    /// <summary>For example <c>(metadata["year"] >= {v0} and not (metadata["kind"] == {v1}))</c>.</summary>
    public string Expression { get; }

    public static MilvusFilter Of(VectorFilter filter) => new(filter);

    /// <summary>The members "filter" and "exprParams" of a request.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString("filter", Expression);
        json.WriteStartObject("exprParams");
        for (int i = 0; i < _values.Count; i++)
        {
            json.WritePropertyName(NameOf(i));
            json.WriteMetadataValue(_values[i]);
        }

        json.WriteEndObject();
    }

    string Write(VectorFilter filter) => filter switch
    {
        VectorFilter.And and => $"({string.Join(" and ", and.Filters.Select(Write))})",
        VectorFilter.Or or => $"({string.Join(" or ", or.Filters.Select(Write))})",
        // A comparison about a value that is missing is false or unknown: said in full.
        VectorFilter.Compare { Comparator: Comparator.Ne } other => $"(not (exists {Field(other)}) or not ({Field(other)} == {Parameter(other.Value)}))",
        VectorFilter.Compare compare => $"({Field(compare)} {Sign(compare.Comparator)} {Parameter(compare.Value)})",
        _ => throw new ArgumentOutOfRangeException(nameof(filter)),
    };

    static string Field(VectorFilter.Compare compare) => $"{MilvusNames.Metadata}[\"{MilvusNames.Keys.Of(compare.Key)}\"]";

    static string Sign(Comparator comparator) => comparator switch { Comparator.Eq => "==", Comparator.Gt => ">", Comparator.Gte => ">=", Comparator.Lt => "<", _ => "<=" };

    string Parameter(MetadataValue value)
    {
        _values.Add(value);
        return $"{{{NameOf(_values.Count - 1)}}}";
    }

    static string NameOf(int index) => string.Create(CultureInfo.InvariantCulture, $"v{index}");
}
