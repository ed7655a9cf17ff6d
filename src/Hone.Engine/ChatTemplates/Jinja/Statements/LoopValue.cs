namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>The variable <c>loop</c>.</summary>
sealed class LoopValue(IReadOnlyList<object?> values)
{
    object? _lastSeen = new Undefined("nothing was seen yet");

    public int Index { get; set; }

    public object? Attribute(string name) =>
        name switch
        {
            "index" => Index + 1L,
            "index0" => (long)Index,
            "revindex" => (long)(values.Count - Index),
            "revindex0" => values.Count - Index - 1L,
            "first" => Index == 0,
            "last" => Index == values.Count - 1,
            "length" => (long)values.Count,
            "depth" => 1L,
            "depth0" => 0L,
            "previtem" => Index > 0 ? values[Index - 1] : new Undefined("there is no previous item"),
            "nextitem" => Index + 1 < values.Count ? values[Index + 1] : new Undefined("there is no next item"),
            "cycle" => new Callable("cycle", (_, arguments) => Cycle(arguments)),
            "changed" => new Callable("changed", (_, arguments) => HasChanged(arguments)),
            _ => new Undefined($"'loop' has no attribute '{name}'"),
        };

    object? Cycle(Arguments arguments) =>
        arguments.Positional.Count > 0
            ? arguments.Positional[Index % arguments.Positional.Count]
            : throw new HoneException("no items for cycling given");

    bool HasChanged(Arguments arguments)
    {
        JinjaList seen = new(arguments.Positional) { IsTuple = true };
        bool hasChanged = !Comparison.AreEqual(_lastSeen, seen);
        _lastSeen = seen;
        return hasChanged;
    }
}
