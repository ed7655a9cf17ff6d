namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary><c>a &lt; b &lt;= c in d</c>: each neighbouring pair must hold.</summary>
sealed class CompareExpression(Expression first, IReadOnlyList<(string Sign, Expression Operand)> rest) : Expression
{
    protected override object? Value(Render render)
    {
        object? left = first.Evaluate(render);
        foreach ((string sign, Expression operand) in rest)
        {
            object? right = operand.Evaluate(render);
            if (!Holds(left, sign, right, render))
                return false;
            left = right;
        }
        return true;
    }

    static bool Holds(object? left, string sign, object? right, Render render)
    {
        if (left is TracedText or JinjaList || right is TracedText or JinjaList)
            render.Budget.ChargeCharacters(left is Undefined || right is Undefined ? 1 : Size(left) + Size(right));

        return sign switch
        {
            "==" => Comparison.AreEqual(left, right),
            "!=" => !Comparison.AreEqual(left, right),
            "in" => Comparison.Contains(right, left),
            "not in" => !Comparison.Contains(right, left),
            "<" => Comparison.Compare(left, right, sign) < 0,
            "<=" => Comparison.Compare(left, right, sign) <= 0,
            ">" => Comparison.Compare(left, right, sign) > 0,
            _ => Comparison.Compare(left, right, sign) >= 0,
        };
    }

    static int Size(object? value) =>
        value switch
        {
            TracedText text => text.Value.Length / 16,
            JinjaList list => list.Items.Count,
            _ => 1,
        };
}
