namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>A number, a truth value or none.</summary>
sealed class ConstantExpression(object? value) : Expression
{
    protected override object? Value(Render render) => value;
}

/// <summary>A quoted string; it belongs to the message that is being written out where it is read.</summary>
sealed class StringExpression(string value) : Expression
{
    protected override object? Value(Render render) =>
        TracedText.Of(value, new Origin(Origin.TemplateText, render.Cursor.Message, render.IsGenerating));
}

/// <summary>A variable.</summary>
sealed class NameExpression(string name) : Expression
{
    public string Name => name;

    protected override object? Value(Render render) => render.Scope.Get(name);
}

/// <summary><c>[a, b]</c> or <c>(a, b)</c>.</summary>
sealed class ListExpression(IReadOnlyList<Expression> items, bool isTuple) : Expression
{
    public IReadOnlyList<Expression> Items => items;

    public bool IsTuple => isTuple;

    protected override object? Value(Render render) =>
        new JinjaList([.. items.Select(item => item.Evaluate(render))]) { IsTuple = isTuple };
}

/// <summary><c>{a: b}</c>.</summary>
sealed class MapExpression(IReadOnlyList<(Expression Key, Expression Value)> entries) : Expression
{
    protected override object? Value(Render render)
    {
        JinjaMap map = new();
        foreach ((Expression key, Expression value) in entries)
            map.Set(key.Evaluate(render), value.Evaluate(render));
        return map;
    }
}
