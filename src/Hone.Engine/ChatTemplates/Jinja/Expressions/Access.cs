namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary><c>a.name</c>: a method first, then an entry.</summary>
sealed class AttributeExpression(Expression target, string name) : Expression
{
    protected override object? Value(Render render)
    {
        object? value = target.Evaluate(render);
        render.Line = Line;
        return Members.Attribute(value, name);
    }
}

/// <summary><c>a[key]</c>: an entry first, then a method.</summary>
sealed class ItemExpression(Expression target, Expression key) : Expression
{
    protected override object? Value(Render render)
    {
        object? value = target.Evaluate(render);
        object? index = key.Evaluate(render);
        render.Line = Line;
        return Members.Item(value, index);
    }
}

/// <summary><c>a[start:stop:step]</c>.</summary>
sealed class SliceExpression(Expression target, Expression? start, Expression? stop, Expression? step) : Expression
{
    protected override object? Value(Render render)
    {
        object? value = target.Evaluate(render);
        long stride = Bound(step, render) ?? 1;
        long? first = Bound(start, render);
        long? last = Bound(stop, render);
        render.Line = Line;
        return Slicing.Slice(value, first, last, stride, render.Budget);
    }

    static long? Bound(Expression? bound, Render render) =>
        bound?.Evaluate(render) switch
        {
            null => null,
            object value => Python.ExpectInteger(value, "slice index"),
        };
}
