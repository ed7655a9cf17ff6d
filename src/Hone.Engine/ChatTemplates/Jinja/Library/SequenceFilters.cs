namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Filters of lists, maps and anything that can be looped over.</summary>
static class SequenceFilters
{
    public static IEnumerable<KeyValuePair<string, Filters.Filter>> All =>
        [
            new("length", (_, value, _) => Python.LengthOf(value)),
            new("count", (_, value, _) => Python.LengthOf(value)),
            new("list", (render, value, _) => new JinjaList(Items(render, value))),
            new("first", (render, value, _) => First(Items(render, value))),
            new("last", (render, value, _) => Items(render, value) is { Count: > 0 } items ? items[^1] : new Undefined("No last item, sequence was empty.")),
            new("items", (_, value, _) => MapItems(value)),
            new("dictsort", (_, value, arguments) => DictSort(value, arguments)),
            new("default", (_, value, arguments) => Default(value, arguments)),
            new("d", (_, value, arguments) => Default(value, arguments)),
            new("attr", (_, value, arguments) => Members.Attribute(value, arguments.Text(0, "name").Value)),
            new("join", (render, value, arguments) => Join(render, value, arguments)),
            new("reverse", (render, value, _) => Reverse(render, value)),
            new("sort", (render, value, arguments) => Sort(Items(render, value), arguments)),
            new("unique", (render, value, arguments) => Unique(Items(render, value), arguments)),
            new("min", (render, value, arguments) => Extreme(Items(render, value), arguments, -1)),
            new("max", (render, value, arguments) => Extreme(Items(render, value), arguments, 1)),
            new("sum", (render, value, arguments) => Sum(Items(render, value), arguments)),
            new("batch", (render, value, arguments) => Batch(Items(render, value), arguments)),
        ];

    public static IReadOnlyList<object?> Items(Render render, object? value)
    {
        IReadOnlyList<object?> items = Python.Iterate(value);
        render.Budget.ChargeCharacters(items.Count);
        return items;
    }

    /// <summary>What an item is sorted or compared by: its attribute if one is named, without case unless that matters.</summary>
    public static object? SortKey(object? item, object? attribute, bool isCaseSensitive)
    {
        object? key = attribute is null ? item : Members.Path(item, attribute);
        return key is TracedText text && !isCaseSensitive ? TracedText.Of(text.Value.ToLowerInvariant()) : key;
    }

    static object? First(IReadOnlyList<object?> items) =>
        items.Count > 0 ? items[0] : new Undefined("No first item, sequence was empty.");

    static JinjaList MapItems(object? value) =>
        value switch
        {
            Undefined => new JinjaList([]),
            JinjaMap map => MapMethods.Items(map),
            _ => throw new HoneException("Can only get item pairs from a mapping."),
        };

    static JinjaList DictSort(object? value, Arguments arguments)
    {
        if (value is not JinjaMap map)
            throw new HoneException("'dictsort' needs a mapping");
        bool isCaseSensitive = arguments.Flag(0, "case_sensitive", false);
        int column = arguments.Get(1, "by", null) is TracedText { Value: "value" } ? 1 : 0;
        IEnumerable<object?> sorted = Sorted(MapMethods.Items(map).Items, (long)column, isCaseSensitive);
        return new JinjaList([.. arguments.Flag(2, "reverse", false) ? sorted.Reverse() : sorted]);
    }

    static object? Default(object? value, Arguments arguments)
    {
        bool isMissing = value is Undefined || (arguments.Flag(1, "boolean", false) && !Python.IsTrue(value));
        return isMissing ? arguments.Get(0, "default_value", TracedText.Empty) : value;
    }

    static TracedText Join(Render render, object? value, Arguments arguments)
    {
        TracedText separator = PythonText.Str(arguments.Get(0, "d", TracedText.Empty), render.Budget);
        object? attribute = arguments.Get(1, "attribute", null);
        TextBuilder builder = new(render.Budget);
        bool isFirst = true;
        foreach (object? item in Items(render, value))
        {
            if (!isFirst)
                builder.Append(separator);
            isFirst = false;
            builder.Append(PythonText.Str(attribute is null ? item : Members.Path(item, attribute), render.Budget));
        }
        return builder.ToText();
    }

    static object? Reverse(Render render, object? value)
    {
        if (value is TracedText)
            return Slicing.Slice(value, null, null, -1, render.Budget);
        return new JinjaList([.. Items(render, value).Reverse()]);
    }

    static JinjaList Sort(IReadOnlyList<object?> items, Arguments arguments)
    {
        bool isReversed = arguments.Flag(0, "reverse", false);
        bool isCaseSensitive = arguments.Flag(1, "case_sensitive", false);
        return new JinjaList([.. Sorted(items, arguments.Get(2, "attribute", null), isCaseSensitive, isReversed)]);
    }

    static IEnumerable<object?> Sorted(IReadOnlyList<object?> items, object? attribute, bool isCaseSensitive, bool isReversed = false)
    {
        Comparer<object?> order = Comparer<object?>.Create((a, b) => isReversed ? Comparison.Compare(b, a) : Comparison.Compare(a, b));
        try
        {
            return [.. items.OrderBy(item => SortKey(item, attribute, isCaseSensitive), order)];
        }
        catch (InvalidOperationException failure) when (failure.InnerException is HoneException reason)
        {
            throw reason;
        }
    }

    static JinjaList Unique(IReadOnlyList<object?> items, Arguments arguments)
    {
        bool isCaseSensitive = arguments.Flag(0, "case_sensitive", false);
        object? attribute = arguments.Get(1, "attribute", null);
        JinjaMap seen = new();
        List<object?> kept = [];
        foreach (object? item in items)
        {
            object? key = SortKey(item, attribute, isCaseSensitive);
            if (seen.Has(key))
                continue;
            seen.Set(key, null);
            kept.Add(item);
        }
        return new JinjaList(kept);
    }

    static object? Extreme(IReadOnlyList<object?> items, Arguments arguments, int sign)
    {
        bool isCaseSensitive = arguments.Flag(0, "case_sensitive", false);
        object? attribute = arguments.Get(1, "attribute", null);
        object? best = First(items);
        foreach (object? item in items.Skip(1))
            if (sign * Comparison.Compare(SortKey(item, attribute, isCaseSensitive), SortKey(best, attribute, isCaseSensitive)) > 0)
                best = item;
        return best;
    }

    static object? Sum(IReadOnlyList<object?> items, Arguments arguments)
    {
        object? attribute = arguments.Get(0, "attribute", null);
        object? total = arguments.Get(1, "start", 0L);
        foreach (object? item in items)
            total = Arithmetic.Apply("+", total, attribute is null ? item : Members.Path(item, attribute));
        return total;
    }

    static JinjaList Batch(IReadOnlyList<object?> items, Arguments arguments)
    {
        int size = (int)Math.Clamp(arguments.Integer(0, "linecount", 1), 1, int.MaxValue);
        object? filler = arguments.Get(1, "fill_with", null);
        List<object?> batches = [];
        foreach (object?[] chunk in items.Chunk(size))
        {
            IEnumerable<object?> missing = filler is null ? [] : Enumerable.Repeat(filler, Math.Min(size, 10_000) - chunk.Length);
            batches.Add(new JinjaList([.. chunk, .. missing]));
        }
        return new JinjaList(batches);
    }
}
