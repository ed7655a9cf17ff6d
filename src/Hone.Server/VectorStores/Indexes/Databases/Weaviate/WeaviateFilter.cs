using System.Globalization;

namespace Hone.Server.VectorStores.Indexes.Databases.Weaviate;

/// <summary>Filters in the words of Weaviate's GraphQL: <c>{operator: And, operands: […]}</c>. Names and texts in them are digits and letters alone.</summary>
static class WeaviateFilter
{
    /// <summary>The filter without comparisons about properties that no record has, which Weaviate refuses.</summary>
    public static PlainFilter Known(VectorFilter? filter, IReadOnlySet<string> properties) => PlainFilter.Of(PlainFilter.Of(filter) is { Constant: { } constant } ? Always(constant) : Without(PlainFilter.Of(filter).Filter!, properties));

    public static string Of(VectorFilter filter) => filter switch
    {
        VectorFilter.And and => Join("And", and.Filters.Select(Of)),
        VectorFilter.Or or => Join("Or", or.Filters.Select(Of)),
        VectorFilter.Compare { Comparator: Comparator.Eq } equal => Text(equal, "Equal"),
        // A record without the value is asked for by itself.
        VectorFilter.Compare { Comparator: Comparator.Ne } other => Join("Or", [$"{{path: [\"{WeaviateNames.ValueProperty(other.Key)}\"], operator: IsNull, valueBoolean: true}}", Text(other, "NotEqual")]),
        VectorFilter.Compare order => string.Create(CultureInfo.InvariantCulture, $"{{path: [\"{WeaviateNames.NumberProperty(order.Key)}\"], operator: {Word(order.Comparator)}, valueNumber: {RecordJson.Fraction(order.Value.Number!.Value)}}}"),
        _ => throw new ArgumentOutOfRangeException(nameof(filter)),
    };

    static VectorFilter Without(VectorFilter filter, IReadOnlySet<string> properties) => filter switch
    {
        VectorFilter.And and => new VectorFilter.And([.. and.Filters.Select(inner => Without(inner, properties))]),
        VectorFilter.Or or => new VectorFilter.Or([.. or.Filters.Select(inner => Without(inner, properties))]),
        VectorFilter.Compare compare when !properties.Contains(compare.Comparator is Comparator.Eq or Comparator.Ne ? WeaviateNames.ValueProperty(compare.Key) : WeaviateNames.NumberProperty(compare.Key)) => Always(compare.Comparator == Comparator.Ne),
        _ => filter,
    };

    static VectorFilter Always(bool value) => value ? new VectorFilter.And([]) : new VectorFilter.Or([]);

    static string Join(string word, IEnumerable<string> operands) => $"{{operator: {word}, operands: [{string.Join(", ", operands)}]}}";

    static string Text(VectorFilter.Compare compare, string word) => $"{{path: [\"{WeaviateNames.ValueProperty(compare.Key)}\"], operator: {word}, valueText: \"{WeaviateNames.ValueOf(compare.Key, compare.Value)}\"}}";

    static string Word(Comparator comparator) => comparator switch { Comparator.Gt => "GreaterThan", Comparator.Gte => "GreaterThanEqual", Comparator.Lt => "LessThan", _ => "LessThanEqual" };
}
