namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary><c>{% for item in items if condition %} … {% else %} … {% endfor %}</c></summary>
sealed class ForStatement(
    AssignmentTarget target,
    Expression items,
    Expression? condition,
    IReadOnlyList<Statement> body,
    IReadOnlyList<Statement> otherwise
) : Statement
{
    public override Flow Execute(Render render)
    {
        Scope outer = render.Scope;
        MessageCursor cursor = render.Cursor;
        IReadOnlyList<object?> values = Python.Iterate(items.Evaluate(render));
        render.Budget.ChargeCharacters(values.Count);
        if (condition is not null)
            values = [.. values.Where(value => Passes(value, outer, render))];
        if (values.Count == 0)
            return render.Run(otherwise);

        LoopValue loop = new(values);
        for (int index = 0; index < values.Count; index++)
        {
            render.Budget.Step();
            loop.Index = index;
            Flow flow = Turn(values[index], loop, outer, render);
            render.Scope = outer;
            render.Cursor = cursor;
            if (flow == Flow.Break)
                break;
        }
        return Flow.Next;
    }

    Flow Turn(object? value, LoopValue loop, Scope outer, Render render)
    {
        render.Scope = new Scope(outer);
        render.Cursor = render.Cursor.InTurn(value);
        target.Assign(value, render);
        render.Scope.Set("loop", loop);
        return render.Run(body);
    }

    bool Passes(object? value, Scope outer, Render render)
    {
        render.Scope = new Scope(outer);
        target.Assign(value, render);
        bool passes = condition!.IsTrue(render);
        render.Scope = outer;
        return passes;
    }
}
