namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary><c>-a</c> or <c>+a</c>.</summary>
sealed class SignExpression(bool isNegative, Expression operand) : Expression
{
    protected override object? Value(Render render)
    {
        object? value = operand.Evaluate(render);
        if (!Python.IsNumber(value))
            throw value is Undefined undefined
                ? undefined.Error()
                : new HoneException($"bad operand type for unary {(isNegative ? '-' : '+')}: '{Python.TypeName(value)}'");
        return value is double number ? (isNegative ? -number : number) : Arithmetic.Apply(isNegative ? "-" : "+", 0L, value);
    }
}

/// <summary><c>a ~ b</c>: both as strings, joined.</summary>
sealed class ConcatExpression(IReadOnlyList<Expression> parts) : Expression
{
    protected override object? Value(Render render)
    {
        TextBuilder builder = new(render.Budget);
        foreach (Expression part in parts)
            builder.Append(PythonText.Str(part.Evaluate(render), render.Budget));
        return builder.ToText();
    }
}
