namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Equality, order and membership as Python defines them.</summary>
static class Comparison
{
    public static bool AreEqual(object? left, object? right) => AreEqual(left, right, 0);

    public static int Compare(object? left, object? right, string sign = "<") => Compare(left, right, sign, 0);

    static bool AreEqual(object? left, object? right, int depth)
    {
        Budget.CheckNesting(depth);
        return (left, right) switch
        {
            (null, null) => true,
            (TracedText a, TracedText b) => a.Equals(b),
            (JinjaList a, JinjaList b) => a.IsTuple == b.IsTuple && ItemsAreEqual(a, b, depth + 1),
            (JinjaMap a, JinjaMap b) => EntriesAreEqual(a, b, depth + 1),
            (Undefined, Undefined) => true,
            _ when Python.TryWhole(left, out long a) && Python.TryWhole(right, out long b) => a == b,
            _ when Python.IsNumber(left) && Python.IsNumber(right) => Python.ToDouble(left) == Python.ToDouble(right),
            _ => ReferenceEquals(left, right),
        };
    }

    static int Compare(object? left, object? right, string sign, int depth)
    {
        Budget.CheckNesting(depth);
        return (left, right) switch
        {
            (Undefined undefined, _) => throw undefined.Error(),
            (_, Undefined undefined) => throw undefined.Error(),
            (TracedText a, TracedText b) => CompareCodePoints(a.Value, b.Value),
            (JinjaList a, JinjaList b) => CompareItems(a, b, sign, depth + 1),
            _ when Python.TryWhole(left, out long a) && Python.TryWhole(right, out long b) => a.CompareTo(b),
            _ when Python.IsNumber(left) && Python.IsNumber(right) => Python.ToDouble(left).CompareTo(Python.ToDouble(right)),
            _ => throw new HoneException(
                $"'{sign}' not supported between instances of '{Python.TypeName(left)}' and '{Python.TypeName(right)}'"
            ),
        };
    }

    public static bool Contains(object? container, object? item) =>
        container switch
        {
            TracedText text when item is TracedText part => text.Value.Contains(part.Value, StringComparison.Ordinal),
            TracedText => throw new HoneException($"'in <string>' requires string as left operand, not {Python.TypeName(item)}"),
            JinjaList list => list.Items.Any(element => AreEqual(element, item)),
            JinjaMap map => map.Has(item),
            Undefined => false,
            _ => throw new HoneException($"argument of type '{Python.TypeName(container)}' is not iterable"),
        };

    static bool ItemsAreEqual(JinjaList left, JinjaList right, int depth)
    {
        if (left.Items.Count != right.Items.Count)
            return false;
        for (int i = 0; i < left.Items.Count; i++)
            if (!AreEqual(left.Items[i], right.Items[i], depth))
                return false;
        return true;
    }

    static bool EntriesAreEqual(JinjaMap left, JinjaMap right, int depth) =>
        left.Count == right.Count && left.Entries.All(entry => right.TryGet(entry.Key, out object? other) && AreEqual(entry.Value, other, depth));

    static int CompareItems(JinjaList left, JinjaList right, string sign, int depth)
    {
        int shared = Math.Min(left.Items.Count, right.Items.Count);
        for (int i = 0; i < shared; i++)
            if (!AreEqual(left.Items[i], right.Items[i], depth))
                return Compare(left.Items[i], right.Items[i], sign, depth);
        return left.Items.Count.CompareTo(right.Items.Count);
    }

    // UTF-16 order puts surrogate pairs before U+E000..U+FFFF; Python orders by code point.
    static int CompareCodePoints(string left, string right)
    {
        int shared = Math.Min(left.Length, right.Length);
        for (int i = 0; i < shared; i++)
            if (left[i] != right[i])
                return char.IsSurrogate(left[i]) == char.IsSurrogate(right[i])
                    ? left[i].CompareTo(right[i])
                    : char.IsSurrogate(left[i]).CompareTo(char.IsSurrogate(right[i]));
        return left.Length.CompareTo(right.Length);
    }
}
