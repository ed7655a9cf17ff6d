using System.Globalization;

namespace Hone.Server.VectorStores.Indexes.Databases.Redis;

/// <summary>Filters in the query language of RediSearch, asked about the words of <see cref="WordsOfMetadata"/> and the numbers. Everything in them is letters and digits.</summary>
static class RediSearchFilter
{
    /// <summary>The field of a record's words.</summary>
    public const string Words = "hone_words";

    public static string Of(VectorFilter filter) => filter switch
    {
        VectorFilter.And and => $"({string.Join(' ', and.Filters.Select(Of))})",
        VectorFilter.Or or => $"({string.Join('|', or.Filters.Select(Of))})",
        VectorFilter.Compare { Comparator: Comparator.Eq } equal => Word(equal),
        VectorFilter.Compare { Comparator: Comparator.Ne } other => $"(-{Word(other)})",
        VectorFilter.Compare order => $"@{WordsOfMetadata.NumberField(order.Key)}:[{Range(order)}]",
        _ => throw new ArgumentOutOfRangeException(nameof(filter)),
    };

    static string Word(VectorFilter.Compare compare) => $"@{Words}:{{{WordsOfMetadata.Hash(WordsOfMetadata.Of(compare.Key, compare.Value))}}}";

    static string Range(VectorFilter.Compare order)
    {
        string number = order.Value.Number!.Value.ToString("R", CultureInfo.InvariantCulture);
        return order.Comparator switch { Comparator.Gt => $"({number} +inf", Comparator.Gte => $"{number} +inf", Comparator.Lt => $"-inf ({number}", _ => $"-inf {number}" };
    }
}
