namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Filters that choose or change each element: select, reject, their attribute forms, and map.</summary>
static class SelectionFilters
{
    public static IEnumerable<KeyValuePair<string, Filters.Filter>> All =>
        [
            new("select", (render, value, arguments) => Choose(render, value, arguments, hasAttribute: false, isWanted: true)),
            new("reject", (render, value, arguments) => Choose(render, value, arguments, hasAttribute: false, isWanted: false)),
            new("selectattr", (render, value, arguments) => Choose(render, value, arguments, hasAttribute: true, isWanted: true)),
            new("rejectattr", (render, value, arguments) => Choose(render, value, arguments, hasAttribute: true, isWanted: false)),
            new("map", (render, value, arguments) => Map(render, value, arguments)),
            new("groupby", (render, value, arguments) => GroupBy(render, value, arguments)),
        ];

    static JinjaList Choose(Render render, object? value, Arguments arguments, bool hasAttribute, bool isWanted)
    {
        object? attribute = hasAttribute ? arguments.Require(0, "attribute") : null;
        Arguments rest = hasAttribute ? arguments.Skip(1) : arguments;
        Tests.Test test = rest.Positional.Count > 0 ? Tests.Find(rest.Text(0, "test").Value) : (_, item, _) => Python.IsTrue(item);
        Arguments testArguments = rest.Positional.Count > 0 ? rest.Skip(1) : rest;

        List<object?> chosen = [];
        foreach (object? item in SequenceFilters.Items(render, value))
        {
            object? tested = hasAttribute ? Members.Path(item, attribute) : item;
            if (test(render, tested, testArguments) == isWanted)
                chosen.Add(item);
        }
        return new JinjaList(chosen);
    }

    static JinjaList Map(Render render, object? value, Arguments arguments)
    {
        IReadOnlyList<object?> items = SequenceFilters.Items(render, value);
        if (arguments.Named.TryGetValue("attribute", out object? attribute))
        {
            object? fallback = arguments.Named.GetValueOrDefault("default");
            return new JinjaList([.. items.Select(item => Members.Path(item, attribute) is var found && found is Undefined && fallback is not null ? fallback : found)]);
        }

        Filters.Filter filter = Filters.Find(arguments.Text(0, "filter").Value);
        Arguments rest = arguments.Skip(1);
        return new JinjaList([.. items.Select(item => filter(render, item, rest))]);
    }

    static JinjaList GroupBy(Render render, object? value, Arguments arguments)
    {
        object? attribute = arguments.Require(0, "attribute");
        Comparer<object?> order = Comparer<object?>.Create((a, b) => Comparison.Compare(a, b));
        List<object?> groups = [];
        foreach (IGrouping<object?, object?> group in SequenceFilters
            .Items(render, value)
            .GroupBy(item => Members.Path(item, attribute), EqualityComparer<object?>.Create(Comparison.AreEqual, key => key?.GetHashCode() ?? 0))
            .OrderBy(group => group.Key, order))
            groups.Add(new JinjaList([group.Key, new JinjaList([.. group])]) { IsTuple = true });
        return new JinjaList(groups);
    }
}
