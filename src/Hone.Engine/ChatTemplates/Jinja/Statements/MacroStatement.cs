namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>The names a macro takes, with their defaults.</summary>
sealed record MacroParameters(IReadOnlyList<(string Name, Expression? Default)> Items);

/// <summary><c>{% macro name(a, b=1) %} … {% endmacro %}</c></summary>
sealed class MacroStatement(string name, MacroParameters parameters, IReadOnlyList<Statement> body) : Statement
{
    public override Flow Execute(Render render)
    {
        render.Scope.Set(name, Macro.Create(name, parameters, body, render.Scope));
        return Flow.Next;
    }
}

/// <summary><c>{% call(a) macro(…) %} … {% endcall %}</c></summary>
sealed class CallStatement(CallExpression call, MacroParameters parameters, IReadOnlyList<Statement> body) : Statement
{
    public override Flow Execute(Render render)
    {
        Callable caller = Macro.Create("caller", parameters, body, render.Scope);
        render.Write(PythonText.Str(call.Call(render, caller), render.Budget));
        return Flow.Next;
    }
}

/// <summary>A macro as a value: it sees the names around its definition, and returns what it writes.</summary>
static class Macro
{
    public static Callable Create(string name, MacroParameters parameters, IReadOnlyList<Statement> body, Scope definition) =>
        new(
            name,
            (render, arguments) =>
            {
                render.Budget.Enter();
                Scope outer = render.Scope;
                int line = render.Line;
                render.Scope = new Scope(definition);
                Bind(parameters, arguments, render);
                TracedText text = render.Capture(body);
                render.Scope = outer;
                render.Line = line;
                render.Budget.Leave();
                return text;
            }
        );

    static void Bind(MacroParameters parameters, Arguments arguments, Render render)
    {
        HashSet<string> known = [.. parameters.Items.Select(parameter => parameter.Name), "caller"];
        for (int i = 0; i < parameters.Items.Count; i++)
        {
            (string name, Expression? fallback) = parameters.Items[i];
            object? value =
                arguments.Has(i, name) ? arguments.Get(i, name, null)
                : fallback is not null ? fallback.Evaluate(render)
                : new Undefined($"parameter '{name}' was not provided");
            render.Scope.Set(name, value);
        }

        if (arguments.Named.TryGetValue("caller", out object? caller))
            render.Scope.Set("caller", caller);
        render.Scope.Set("varargs", new JinjaList([.. arguments.Positional.Skip(parameters.Items.Count)]) { IsTuple = true });
        JinjaMap extra = new();
        foreach ((string name, object? value) in arguments.Named)
            if (!known.Contains(name))
                extra.Set(name, value);
        render.Scope.Set("kwargs", extra);
    }
}
