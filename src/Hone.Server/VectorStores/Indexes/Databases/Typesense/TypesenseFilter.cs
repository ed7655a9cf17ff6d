using System.Globalization;

namespace Hone.Server.VectorStores.Indexes.Databases.Typesense;

/// <summary>Filters in Typesense's words, asked about the words of <see cref="WordsOfMetadata"/>, since Typesense leaves signs and capitals of texts out.</summary>
static class TypesenseFilter
{
    /// <summary>The field of a record's words.</summary>
    public const string Words = "hone_words";

    public static string Of(VectorFilter filter) => filter switch
    {
        // A list counts as one of the operations, of which a filter may have 100 as a rule.
        VectorFilter.And all when WordsOf(all.Filters, Comparator.Ne) is { } none => $"{Words}:!=[{none}]",
        VectorFilter.Or one when WordsOf(one.Filters, Comparator.Eq) is { } any => $"{Words}:=[{any}]",
        VectorFilter.And and => $"({string.Join(" && ", and.Filters.Select(Of))})",
        VectorFilter.Or or => $"({string.Join(" || ", or.Filters.Select(Of))})",
        VectorFilter.Compare { Comparator: Comparator.Eq } equal => $"{Words}:={WordOf(equal)}",
        VectorFilter.Compare { Comparator: Comparator.Ne } other => $"{Words}:!={WordOf(other)}",
        VectorFilter.Compare order => string.Create(CultureInfo.InvariantCulture, $"{WordsOfMetadata.NumberField(order.Key)}:{Sign(order.Comparator)}{order.Value.Number!.Value:R}"),
        _ => throw new ArgumentOutOfRangeException(nameof(filter)),
    };

    /// <summary>A word as the field keeps it: Typesense takes words apart at signs, so that ours are digits alone.</summary>
    public static string Plain(string word) => WordsOfMetadata.Hash(word);

    /// <summary>The words of a filter that is nothing but such comparisons; null of another.</summary>
    static string? WordsOf(IReadOnlyList<VectorFilter> filters, Comparator comparator)
    {
        VectorFilter.Compare[] comparisons = [.. filters.OfType<VectorFilter.Compare>().Where(compare => compare.Comparator == comparator)];
        return comparisons.Length == filters.Count ? string.Join(',', comparisons.Select(WordOf)) : null;
    }

    static string WordOf(VectorFilter.Compare compare) => Plain(WordsOfMetadata.Of(compare.Key, compare.Value));

    static string Sign(Comparator comparator) => comparator switch { Comparator.Gt => ">", Comparator.Gte => ">=", Comparator.Lt => "<", _ => "<=" };
}
