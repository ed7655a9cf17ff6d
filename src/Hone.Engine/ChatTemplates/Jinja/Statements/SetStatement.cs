namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary><c>{% set name = value %}</c></summary>
sealed class SetStatement(AssignmentTarget target, Expression value) : Statement
{
    public override Flow Execute(Render render)
    {
        object? result = value.Evaluate(render);
        render.Line = Line;
        target.Assign(result, render);
        render.Cursor = render.Cursor.AfterSet(result);
        return Flow.Next;
    }
}

/// <summary><c>{% set name | filter %} … {% endset %}</c></summary>
sealed class SetBlockStatement(AssignmentTarget target, IReadOnlyList<Statement> body, Func<Expression, Expression> filtered) : Statement
{
    public override Flow Execute(Render render)
    {
        TracedText text = CaptureInScope(render, body);
        target.Assign(filtered(new ConstantExpression(text) { Line = Line }).Evaluate(render), render);
        return Flow.Next;
    }

    public static TracedText CaptureInScope(Render render, IReadOnlyList<Statement> body)
    {
        Scope outer = render.Scope;
        render.Scope = new Scope(outer);
        TracedText text = render.Capture(body);
        render.Scope = outer;
        return text;
    }
}

/// <summary><c>{% filter name %} … {% endfilter %}</c></summary>
sealed class FilterBlockStatement(IReadOnlyList<Statement> body, Func<Expression, Expression> filtered) : Statement
{
    public override Flow Execute(Render render)
    {
        TracedText text = SetBlockStatement.CaptureInScope(render, body);
        render.Write(PythonText.Str(filtered(new ConstantExpression(text) { Line = Line }).Evaluate(render), render.Budget));
        return Flow.Next;
    }
}

/// <summary><c>{% with name = value %} … {% endwith %}</c></summary>
sealed class WithStatement(IReadOnlyList<(string Name, Expression Value)> names, IReadOnlyList<Statement> body) : Statement
{
    public override Flow Execute(Render render)
    {
        Scope outer = render.Scope;
        Scope inner = new(outer);
        foreach ((string name, Expression value) in names)
            inner.Set(name, value.Evaluate(render));
        render.Scope = inner;
        Flow flow = render.Run(body);
        render.Scope = outer;
        return flow;
    }
}

/// <summary><c>{% generation %} … {% endgeneration %}</c>: what the model is to write, as the template's author marks it.</summary>
sealed class GenerationStatement(IReadOnlyList<Statement> body) : Statement
{
    public override Flow Execute(Render render)
    {
        bool outer = render.IsGenerating;
        render.IsGenerating = true;
        Flow flow = render.Run(body);
        render.IsGenerating = outer;
        return flow;
    }
}
