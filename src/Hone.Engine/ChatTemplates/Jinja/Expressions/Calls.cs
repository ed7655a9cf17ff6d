namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>The arguments as written: <c>(a, b, name=c, *list, **map)</c>.</summary>
sealed record ArgumentList(
    IReadOnlyList<Expression> Positional,
    IReadOnlyList<(string Name, Expression Value)> Named,
    Expression? Rest = null,
    Expression? NamedRest = null
)
{
    public static readonly ArgumentList None = new([], []);

    public Arguments Evaluate(Render render)
    {
        List<object?> positional = [.. Positional.Select(argument => argument.Evaluate(render))];
        if (Rest is not null)
            positional.AddRange(Python.Iterate(Rest.Evaluate(render)));

        Dictionary<string, object?> named = [];
        foreach ((string name, Expression value) in Named)
            named[name] = value.Evaluate(render);
        if (NamedRest?.Evaluate(render) is JinjaMap map)
            foreach ((object? key, object? value) in map.Entries)
                named[Python.ExpectText(key, "keyword").Value] = value;
        return new Arguments(positional, named);
    }
}

/// <summary><c>f(…)</c>.</summary>
sealed class CallExpression(Expression target, ArgumentList arguments) : Expression
{
    protected override object? Value(Render render) => Call(render, null);

    /// <summary>The call, with what <c>{% call %}</c> hands over as <c>caller</c>.</summary>
    public object? Call(Render render, Callable? caller)
    {
        object? callee = target.Evaluate(render);
        Arguments values = arguments.Evaluate(render);
        if (caller is not null)
            values = new Arguments(values.Positional, new Dictionary<string, object?>(values.Named) { ["caller"] = caller });

        render.Line = Line;
        return callee switch
        {
            Callable callable => callable.Body(render, values),
            Undefined undefined => throw undefined.Error(),
            _ => throw new HoneException($"'{Python.TypeName(callee)}' object is not callable"),
        };
    }
}

/// <summary><c>a | filter(…)</c>.</summary>
sealed class FilterExpression(Expression target, string name, ArgumentList arguments) : Expression
{
    protected override object? Value(Render render)
    {
        object? value = target.Evaluate(render);
        Arguments values = arguments.Evaluate(render);
        render.Line = Line;
        return Filters.Find(name)(render, value, values);
    }
}

/// <summary><c>a is test(…)</c>.</summary>
sealed class TestExpression(Expression target, string name, ArgumentList arguments) : Expression
{
    protected override object? Value(Render render)
    {
        object? value = target.Evaluate(render);
        Arguments values = arguments.Evaluate(render);
        render.Line = Line;
        return Tests.Find(name)(render, value, values);
    }
}
