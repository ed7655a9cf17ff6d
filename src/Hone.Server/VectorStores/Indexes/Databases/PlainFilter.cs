namespace Hone.Server.VectorStores.Indexes.Databases;

/// <summary>A filter in the few words that every database knows: comparisons, and two or more of them joined by and, or.</summary>
/// <param name="Constant">True or false where the filter is that of every record; else null.</param>
/// <param name="Filter">The comparisons, without lists and constants; null where there is a constant.</param>
readonly record struct PlainFilter(bool? Constant, VectorFilter? Filter)
{
    public static PlainFilter Of(VectorFilter? filter) => filter switch
    {
        null => new(true, null),
        VectorFilter.In any => Join([.. any.Values.Distinct().Select(value => new VectorFilter.Compare(any.Key, Comparator.Eq, value))], isAnd: false),
        VectorFilter.NotIn none => Join([.. none.Values.Distinct().Select(value => new VectorFilter.Compare(none.Key, Comparator.Ne, value))], isAnd: true),
        VectorFilter.And and => Join(and.Filters, isAnd: true),
        VectorFilter.Or or => Join(or.Filters, isAnd: false),
        _ => new(null, filter),
    };

    /// <summary>The same where comparisons about values that no record has, which some databases refuse, are what they come to: false, or true of "not equal".</summary>
    public PlainFilter Known(Func<VectorFilter.Compare, bool> isKnown)
    {
        return Filter is null ? this : Of(Replaced(Filter));

        VectorFilter Replaced(VectorFilter filter) => filter switch
        {
            VectorFilter.And and => new VectorFilter.And([.. and.Filters.Select(Replaced)]),
            VectorFilter.Or or => new VectorFilter.Or([.. or.Filters.Select(Replaced)]),
            VectorFilter.Compare compare when !isKnown(compare) => compare.Comparator == Comparator.Ne ? new VectorFilter.And([]) : new VectorFilter.Or([]),
            _ => filter,
        };
    }

    static PlainFilter Join(IReadOnlyList<VectorFilter> filters, bool isAnd)
    {
        PlainFilter[] plain = [.. filters.Select(Of)];
        if (plain.Any(filter => filter.Constant == !isAnd))
            return new(!isAnd, null);
        VectorFilter[] left = [.. plain.Where(filter => filter.Constant is null).Select(filter => filter.Filter!)];
        return left.Length switch
        {
            0 => new(isAnd, null),
            1 => new(null, left[0]),
            _ => new(null, isAnd ? new VectorFilter.And(left) : new VectorFilter.Or(left)),
        };
    }
}
