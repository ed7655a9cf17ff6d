namespace Hone.Engine.Generation;

/// <summary>The tokens from the likeliest down to one: among equals the smaller id counts as likelier.</summary>
/// <param name="Value">The smallest value that is kept.</param>
/// <param name="LastId">The largest id that is kept with that value.</param>
readonly record struct TokenCut(float Value, int LastId)
{
    [ThreadStatic]
    static Item[]? _candidates;

    /// <summary>Sets the values below the cut to zero.</summary>
    public void Apply(Span<float> values)
    {
        for (int id = 0; id < values.Length; id++)
        {
            float value = values[id];
            if (value < Value || (value == Value && id > LastId))
                values[id] = 0;
        }
    }

    /// <summary>The <paramref name="count"/> largest values, largest first.</summary>
    public static Item[] Largest(ReadOnlySpan<float> values, int count)
    {
        var heap = new Item[Math.Min(count, values.Length)]; // the least of them first
        if (heap.Length == 0)
            return heap;
        for (int id = 0; id < heap.Length; id++)
            heap[id] = new Item(id, values[id]);
        for (int at = heap.Length / 2 - 1; at >= 0; at--)
            Sink(heap, at);

        float least = heap[0].Value;
        for (int id = heap.Length; id < values.Length; id++)
        {
            if (values[id] <= least)
                continue;
            heap[0] = new Item(id, values[id]);
            Sink(heap, 0);
            least = heap[0].Value;
        }

        Array.Sort(heap, static (a, b) => IsBefore(a, b) ? -1 : IsBefore(b, a) ? 1 : 0);
        return heap;
    }

    /// <summary>Keeps the fewest largest values whose sum reaches <paramref name="share"/> of the total.</summary>
    public static TokenCut ForShare(ReadOnlySpan<float> values, double total, double share)
    {
        // Selection by partition, as in quickselect, but by sum instead of by count.
        double missing = share * total;
        Span<Item> candidates = Candidates(values, (float)((1 - share) * total / values.Length / 2));
        while (!candidates.IsEmpty)
        {
            int middle = Partition(candidates, out double sumBefore);
            Item pivot = candidates[middle];
            if (sumBefore >= missing)
            {
                candidates = candidates[..middle];
                continue;
            }

            missing -= sumBefore + pivot.Value;
            if (missing <= 0)
                return new TokenCut(pivot.Value, pivot.Id);
            candidates = candidates[(middle + 1)..];
        }

        return new TokenCut(0, int.MaxValue); // rounding: all of them
    }

    /// <summary>Moves what comes before one of the items to its left; returns where that item then is, and the sum of what is before it.</summary>
    static int Partition(Span<Item> items, out double sumBefore)
    {
        Swap(items, MedianOfThree(items), items.Length - 1);
        Item pivot = items[^1];
        int middle = 0;
        sumBefore = 0;
        for (int i = 0; i < items.Length - 1; i++)
        {
            if (!IsBefore(items[i], pivot))
                continue;
            sumBefore += items[i].Value;
            Swap(items, i, middle++);
        }

        Swap(items, middle, items.Length - 1);
        return middle;
    }

    static int MedianOfThree(Span<Item> items)
    {
        (int low, int middle, int high) = (0, items.Length / 2, items.Length - 1);
        if (IsBefore(items[middle], items[low]))
            (low, middle) = (middle, low);
        if (IsBefore(items[high], items[middle]))
            middle = IsBefore(items[high], items[low]) ? low : high;
        return middle;
    }

    /// <summary>The values above a floor. All that are below it together cannot make up the share that is left out.</summary>
    static Span<Item> Candidates(ReadOnlySpan<float> values, float floor)
    {
        if (_candidates is null || _candidates.Length < values.Length)
            _candidates = new Item[values.Length];
        int count = 0;
        for (int id = 0; id < values.Length; id++)
        {
            if (values[id] > floor)
                _candidates[count++] = new Item(id, values[id]);
        }

        return _candidates.AsSpan(0, count);
    }

    static void Sink(Item[] heap, int at)
    {
        while (2 * at + 1 < heap.Length)
        {
            int child = 2 * at + 1;
            if (child + 1 < heap.Length && IsBefore(heap[child], heap[child + 1]))
                child++;
            if (IsBefore(heap[child], heap[at]))
                return;
            Swap(heap, at, child);
            at = child;
        }
    }

    /// <summary>A token and its value.</summary>
    public readonly record struct Item(int Id, float Value);

    static bool IsBefore(Item a, Item b) => a.Value > b.Value || (a.Value == b.Value && a.Id < b.Id);

    static void Swap(Span<Item> items, int a, int b) => (items[a], items[b]) = (items[b], items[a]);
}
