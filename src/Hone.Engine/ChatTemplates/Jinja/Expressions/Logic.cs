namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary><c>a and b</c>: as in Python, one of the two values.</summary>
sealed class AndExpression(Expression left, Expression right) : Expression
{
    protected override object? Value(Render render)
    {
        object? value = left.Evaluate(render);
        return Python.IsTrue(value) ? right.Evaluate(render) : value;
    }
}

/// <summary><c>a or b</c>: as in Python, one of the two values.</summary>
sealed class OrExpression(Expression left, Expression right) : Expression
{
    protected override object? Value(Render render)
    {
        object? value = left.Evaluate(render);
        return Python.IsTrue(value) ? value : right.Evaluate(render);
    }
}

/// <summary><c>not a</c>.</summary>
sealed class NotExpression(Expression operand) : Expression
{
    protected override object? Value(Render render) => !operand.IsTrue(render);
}

/// <summary><c>a if condition else b</c>.</summary>
sealed class ConditionalExpression(Expression condition, Expression whenTrue, Expression? whenFalse) : Expression
{
    protected override object? Value(Render render)
    {
        if (condition.IsTrue(render))
            return whenTrue.Evaluate(render);
        return whenFalse is null
            ? new Undefined("the inline if-expression evaluated to false and no else section was defined")
            : whenFalse.Evaluate(render);
    }
}
