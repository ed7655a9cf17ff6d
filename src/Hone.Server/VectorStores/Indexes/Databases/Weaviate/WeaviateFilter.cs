using System.Globalization;

namespace Hone.Server.VectorStores.Indexes.Databases.Weaviate;

/// <summary>Filters in the words of Weaviate's GraphQL: <c>{operator: And, operands: […]}</c>. Names and texts in them are digits and letters alone.</summary>
static class WeaviateFilter
{
    /// <summary>The property that a comparison asks for.</summary>
    public static string PropertyOf(VectorFilter.Compare compare) => compare.Comparator is Comparator.Eq or Comparator.Ne ? WeaviateNames.ValueProperty(compare.Key) : WeaviateNames.NumberProperty(compare.Key);

    public static string Of(VectorFilter filter) => filter switch
    {
        VectorFilter.And and => Join("And", and.Filters.Select(Of)),
        VectorFilter.Or or => Join("Or", or.Filters.Select(Of)),
        VectorFilter.Compare { Comparator: Comparator.Eq } equal => Text(equal, "Equal"),
        // A record without the value is asked for by itself.
        VectorFilter.Compare { Comparator: Comparator.Ne } other => Join("Or", [$"{{path: [\"{PropertyOf(other)}\"], operator: IsNull, valueBoolean: true}}", Text(other, "NotEqual")]),
        VectorFilter.Compare order => string.Create(CultureInfo.InvariantCulture, $"{{path: [\"{PropertyOf(order)}\"], operator: {Word(order.Comparator)}, valueNumber: {RecordJson.Fraction(order.Value.Number!.Value)}}}"),
        _ => throw new ArgumentOutOfRangeException(nameof(filter)),
    };

    static string Join(string word, IEnumerable<string> operands) => $"{{operator: {word}, operands: [{string.Join(", ", operands)}]}}";

    static string Text(VectorFilter.Compare compare, string word) => $"{{path: [\"{PropertyOf(compare)}\"], operator: {word}, valueText: \"{WeaviateNames.ValueOf(compare.Key, compare.Value)}\"}}";

    static string Word(Comparator comparator) => comparator switch { Comparator.Gt => "GreaterThan", Comparator.Gte => "GreaterThanEqual", Comparator.Lt => "LessThan", _ => "LessThanEqual" };
}
