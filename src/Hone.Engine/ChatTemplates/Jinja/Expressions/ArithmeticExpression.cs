namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary><c>a + b</c> and its kin; strings and lists can be joined and repeated, and <c>%</c> formats a string.</summary>
sealed class ArithmeticExpression(string sign, Expression left, Expression right) : Expression
{
    protected override object? Value(Render render)
    {
        object? a = left.Evaluate(render);
        object? b = right.Evaluate(render);
        if (a is Undefined undefinedLeft)
            throw undefinedLeft.Error();
        if (b is Undefined undefinedRight)
            throw undefinedRight.Error();
        if (Python.IsNumber(a) && Python.IsNumber(b))
            return Arithmetic.Apply(sign, a, b);

        render.Line = Line;
        return sign switch
        {
            "+" => Join(a, b, render),
            "*" => Repeat(a, b, render),
            "%" when a is TracedText format => StringFormat.Percent(format, b, render),
            _ => throw Unsupported(a, b),
        };
    }

    object? Join(object? a, object? b, Render render)
    {
        switch (a, b)
        {
            case (TracedText first, TracedText second):
                return new TextBuilder(render.Budget).Append(first).Append(second).ToText();
            case (TracedText, _):
                throw new HoneException($"can only concatenate str (not \"{Python.TypeName(b)}\") to str");
            case (JinjaList first, JinjaList second) when first.IsTuple == second.IsTuple:
                render.Budget.ChargeCharacters(first.Items.Count + second.Items.Count);
                return new JinjaList([.. first.Items, .. second.Items]) { IsTuple = first.IsTuple, Origin = first.Origin };
            default:
                throw Unsupported(a, b);
        }
    }

    object? Repeat(object? a, object? b, Render render)
    {
        object? repeated = Python.TryWhole(b, out long count) ? a : b;
        if (repeated == b && !Python.TryWhole(a, out count))
            throw Unsupported(a, b);

        count = Math.Max(0, count);
        switch (repeated)
        {
            case TracedText text:
                render.Budget.ChargeCharacters(Total(text.Value.Length, count));
                TextBuilder builder = new(render.Budget);
                for (long i = 0; i < count && text.Value.Length > 0; i++)
                    builder.Append(text);
                return builder.ToText();
            case JinjaList list:
                render.Budget.ChargeCharacters(Total(list.Items.Count, count));
                List<object?> items = [];
                for (long i = 0; i < count && list.Items.Count > 0; i++)
                    items.AddRange(list.Items);
                return new JinjaList(items) { IsTuple = list.IsTuple, Origin = list.Origin };
            default:
                throw Unsupported(a, b);
        }
    }

    static long Total(int length, long count) => (long)Int128.Min((Int128)length * count, long.MaxValue);

    HoneException Unsupported(object? a, object? b) =>
        new($"unsupported operand type(s) for {sign}: '{Python.TypeName(a)}' and '{Python.TypeName(b)}'");
}
