namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary><c>{% if %} … {% elif %} … {% else %} … {% endif %}</c></summary>
sealed class IfStatement(IReadOnlyList<(Expression Condition, IReadOnlyList<Statement> Body)> branches, IReadOnlyList<Statement> otherwise)
    : Statement
{
    public override Flow Execute(Render render)
    {
        foreach ((Expression condition, IReadOnlyList<Statement> body) in branches)
            if (condition.IsTrue(render))
                return render.Run(body);
        return render.Run(otherwise);
    }
}
