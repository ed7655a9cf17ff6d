namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>The methods of a dictionary that do not change it.</summary>
static class MapMethods
{
    public static Callable? Find(JinjaMap map, string name) =>
        name switch
        {
            "items" => new Callable(name, (_, _) => Items(map)),
            "keys" => new Callable(name, (_, _) => new JinjaList([.. map.Keys])),
            "values" => new Callable(name, (_, _) => new JinjaList([.. map.Values])),
            "get" => new Callable(name, (_, arguments) => Get(map, arguments)),
            "copy" => new Callable(name, (_, _) => map),
            "update" or "pop" or "popitem" or "clear" or "setdefault" => Refused.Change("dict", name),
            _ => null,
        };

    public static JinjaList Items(JinjaMap map) =>
        new([.. map.Entries.Select(entry => new JinjaList([entry.Key, entry.Value]) { IsTuple = true })]);

    static object? Get(JinjaMap map, Arguments arguments) =>
        map.TryGet(arguments.Require(0, "key"), out object? value) ? value : arguments.Get(1, "default", null);
}

/// <summary>The methods of a list that do not change it.</summary>
static class ListMethods
{
    public static Callable? Find(JinjaList list, string name) =>
        name switch
        {
            "index" => new Callable(name, (_, arguments) => Index(list, arguments.Require(0, "value"))),
            "count" => new Callable(name, (_, arguments) => Count(list, arguments.Require(0, "value"))),
            "copy" => new Callable(name, (_, _) => list),
            "append" or "extend" or "insert" or "pop" or "remove" or "clear" or "sort" or "reverse" => Refused.Change("list", name),
            _ => null,
        };

    static long Index(JinjaList list, object? value)
    {
        for (int i = 0; i < list.Items.Count; i++)
            if (Comparison.AreEqual(list.Items[i], value))
                return i;
        throw new HoneException("the value is not in the list");
    }

    static long Count(JinjaList list, object? value) => list.Items.Count(item => Comparison.AreEqual(item, value));
}

/// <summary>Methods that would change a value: the sandbox of transformers refuses them too.</summary>
static class Refused
{
    public static Callable Change(string type, string method) =>
        new(method, (_, _) => throw new HoneException($"'{type}.{method}' would change a value, which templates may not do; build a new one with +"));
}
