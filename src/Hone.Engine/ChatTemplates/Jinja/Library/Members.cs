namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>What <c>a.name</c> and <c>a[key]</c> find.</summary>
static class Members
{
    public static object? Attribute(object? target, string name)
    {
        object? method = target switch
        {
            Undefined undefined => throw undefined.Error(),
            TracedText text => StringMethods.Find(text, name),
            JinjaMap map => MapMethods.Find(map, name),
            JinjaList list => ListMethods.Find(list, name),
            LoopValue loop => loop.Attribute(name),
            NamespaceValue space => space.Attributes.TryGetValue(name, out object? value) ? value : Missing(target, name),
            _ => null,
        };
        if (method is not null || target is NamespaceValue)
            return method;
        return target is JinjaMap entries && entries.TryGet(name, out object? entry) ? entry : Missing(target, name);
    }

    public static object? Item(object? target, object? key)
    {
        switch (target)
        {
            case Undefined undefined:
                throw undefined.Error();
            case JinjaMap map when map.TryGet(key, out object? value):
                return value;
            case JinjaList list when Python.TryWhole(key, out long index):
                return At(list.Items, index);
            case TracedText text when Python.TryWhole(key, out long index):
                return CharacterAt(text, index);
            default:
                return key is TracedText name ? Attribute(target, name.Value) : new Undefined($"'{Python.TypeName(target)} object' has no such element");
        }
    }

    /// <summary>The value at <c>a.b.0</c>, as filters name attributes.</summary>
    public static object? Path(object? target, object? path)
    {
        if (Python.TryWhole(path, out long index))
            return Item(target, index);

        foreach (string part in Python.ExpectText(path, "attribute").Value.Split('.'))
            target = long.TryParse(part, out long number) ? Item(target, number) : Item(target, TracedText.Of(part));
        return target;
    }

    static Undefined Missing(object? target, string name) => new($"'{Python.TypeName(target)} object' has no attribute '{name}'");

    static object? At(IReadOnlyList<object?> items, long index)
    {
        long place = index < 0 ? index + items.Count : index;
        return place >= 0 && place < items.Count ? items[(int)place] : new Undefined($"list object has no element {index}");
    }

    static object CharacterAt(TracedText text, long index)
    {
        int[] starts = CodePoints.Starts(text.Value);
        long place = index < 0 ? index + starts.Length - 1 : index;
        return place >= 0 && place < starts.Length - 1
            ? text.Slice(starts[place], starts[place + 1] - starts[place])
            : new Undefined($"str object has no element {index}");
    }
}
