namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Python's slices of strings and lists.</summary>
static class Slicing
{
    public static object? Slice(object? value, long? start, long? stop, long step, Budget budget)
    {
        if (step == 0)
            throw new HoneException("slice step cannot be zero");

        switch (value)
        {
            case TracedText text:
                return Slice(text, start, stop, step, budget);
            case JinjaList list:
                List<object?> items = [.. Indexes(list.Items.Count, start, stop, step).Select(i => list.Items[i])];
                budget.ChargeCharacters(items.Count);
                return new JinjaList(items) { IsTuple = list.IsTuple, Origin = list.Origin };
            case Undefined undefined:
                throw undefined.Error();
            default:
                throw new HoneException($"'{Python.TypeName(value)}' object is not subscriptable");
        }
    }

    static TracedText Slice(TracedText text, long? start, long? stop, long step, Budget budget)
    {
        int[] starts = CodePoints.Starts(text.Value);
        budget.ChargeCharacters(starts.Length);
        if (step == 1)
        {
            (int first, int last) = Range(starts.Length - 1, start, stop, step);
            return first < last ? text.Slice(starts[first], starts[last] - starts[first]) : TracedText.Empty;
        }

        TextBuilder builder = new(budget);
        foreach (int i in Indexes(starts.Length - 1, start, stop, step))
            builder.Append(text.Slice(starts[i], starts[i + 1] - starts[i]));
        return builder.ToText();
    }

    static IEnumerable<int> Indexes(int length, long? start, long? stop, long step)
    {
        (int first, int last) = Range(length, start, stop, step);
        for (long i = first; step > 0 ? i < last : i > last; i += step)
            yield return (int)i;
    }

    static (int First, int Last) Range(int length, long? start, long? stop, long step)
    {
        long lowest = step > 0 ? 0 : -1;
        long highest = step > 0 ? length : length - 1;
        long first = start is { } a ? Math.Clamp(a < 0 ? a + length : a, lowest, highest) : step > 0 ? lowest : highest;
        long last = stop is { } b ? Math.Clamp(b < 0 ? b + length : b, lowest, highest) : step > 0 ? highest : lowest;
        return ((int)first, (int)last);
    }
}
