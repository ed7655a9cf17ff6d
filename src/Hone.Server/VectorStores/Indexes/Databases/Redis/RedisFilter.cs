using System.Globalization;
using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases.Redis;

/// <summary>Filters of vector sets, in the words that <see cref="WordsOfMetadata"/> gives each record.</summary>
static class RedisFilter
{
    /// <summary>The field of a record's words.</summary>
    public const string WordsField = "_hone_words";

    /// <summary>More alternatives than this take too many searches.</summary>
    const int MostAlternatives = 64;

    /// <summary>Expressions of which one must be true. A number that is missing makes its expression false as a whole, so that alternatives with numbers are asked for one by one.</summary>
    public static IReadOnlyList<string> Of(VectorFilter filter)
    {
        switch (filter)
        {
            case VectorFilter.Compare { Comparator: Comparator.Eq } equal:
                return [Word(equal)];
            case VectorFilter.Compare { Comparator: Comparator.Ne } other:
                return [$"not ({Word(other)})"];
            case VectorFilter.Compare order:
                string sign = order.Comparator switch { Comparator.Gt => ">", Comparator.Gte => ">=", Comparator.Lt => "<", _ => "<=" };
                return [string.Create(CultureInfo.InvariantCulture, $".{WordsOfMetadata.NumberField(order.Key)} {sign} {order.Value.Number!.Value:R}")];
            case VectorFilter.Or or:
                string[] plain = [.. or.Filters.Where(inner => !HasOrder(inner)).Select(inner => Of(inner)[0])];
                return Few([.. plain.Length > 0 ? [$"({string.Join(" or ", plain)})"] : Array.Empty<string>(), .. or.Filters.Where(HasOrder).SelectMany(Of)]);
            case VectorFilter.And and:
                IEnumerable<string> all = [""];
                foreach (VectorFilter inner in and.Filters)
                {
                    IReadOnlyList<string> alternatives = Of(inner);
                    all = Few([.. all.SelectMany(before => alternatives.Select(one => before.Length == 0 ? one : $"{before} and {one}"))]);
                }

                return [.. all.Select(one => $"({one})")];
            default:
                throw new ArgumentOutOfRangeException(nameof(filter));
        }
    }

    static bool HasOrder(VectorFilter filter) => filter switch
    {
        VectorFilter.Compare compare => compare.Comparator is not (Comparator.Eq or Comparator.Ne),
        VectorFilter.And and => and.Filters.Any(HasOrder),
        VectorFilter.Or or => or.Filters.Any(HasOrder),
        _ => false,
    };

    static string Word(VectorFilter.Compare compare) => $"\"{WordsOfMetadata.Of(compare.Key, compare.Value)}\" in .{WordsField}";

    static IReadOnlyList<string> Few(IReadOnlyList<string> alternatives) => alternatives.Count <= MostAlternatives
        ? alternatives
        : throw new HoneException(Text.Of($"That filter has more than {MostAlternatives} alternatives with numbers, which Redis must be asked for one by one. Ask for fewer at once.", $"该过滤条件包含超过 {MostAlternatives} 个带数字的分支，Redis 只能逐个查询。请减少分支。"));
}
