using System.Globalization;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>The functions every chat template can call.</summary>
static class Globals
{
    const long LongestRange = 100_000;

    public static void AddTo(Scope scope)
    {
        Add(scope, "range", (_, arguments) => Range(arguments));
        Add(scope, "dict", (_, arguments) => Dict(arguments));
        Add(scope, "namespace", (_, arguments) => Namespace(arguments));
        Add(scope, "raise_exception", (render, arguments) => throw new HoneException(PythonText.Str(arguments.Require(0, "message"), render.Budget).Value));
        Add(scope, "strftime_now", (render, arguments) => TracedText.Of(DateFormat.Write(render.Clock.GetLocalNow(), arguments.Text(0, "format").Value)));
    }

    static void Add(Scope scope, string name, Func<Render, Arguments, object?> body) => scope.Set(name, new Callable(name, body));

    static JinjaList Range(Arguments arguments)
    {
        long first = arguments.Positional.Count > 1 ? arguments.Integer(0, "start", 0) : 0;
        long stop = arguments.Positional.Count > 1 ? arguments.Integer(1, "stop", 0) : Python.ExpectInteger(arguments.Require(0, "stop"), "stop");
        long step = arguments.Integer(2, "step", 1);
        if (step == 0)
            throw new HoneException("range() arg 3 must not be zero");

        List<object?> values = [];
        for (Int128 i = first; step > 0 ? i < stop : i > stop; i += step)
        {
            if (values.Count == LongestRange)
                throw new HoneException(string.Create(CultureInfo.InvariantCulture, $"Range too big. The sandbox blocks ranges larger than {LongestRange}"));
            values.Add((long)i);
        }
        return new JinjaList(values);
    }

    static JinjaMap Dict(Arguments arguments)
    {
        JinjaMap source = arguments.Positional.Count > 0 ? arguments.Positional[0] as JinjaMap ?? Pairs(arguments.Positional[0]) : new JinjaMap();
        JinjaMap map = new() { Origin = source.Origin, Message = source.Message };
        foreach ((object? key, object? value) in source.Entries)
            map.Set(key, value);
        foreach ((string key, object? value) in arguments.Named)
            map.Set(key, value);
        return map;
    }

    static JinjaMap Pairs(object? value)
    {
        JinjaMap map = new();
        foreach (object? pair in Python.Iterate(value))
        {
            if (Python.Iterate(pair) is not [var key, var item])
                throw new HoneException("dict() needs a mapping or pairs of key and value");
            map.Set(key, item);
        }
        return map;
    }

    static NamespaceValue Namespace(Arguments arguments)
    {
        NamespaceValue space = new();
        foreach ((object? key, object? value) in Dict(arguments).Entries)
            space.Attributes[Python.ExpectText(key, "attribute").Value] = value;
        return space;
    }
}
