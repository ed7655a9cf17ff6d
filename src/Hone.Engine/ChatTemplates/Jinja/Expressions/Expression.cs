namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Something in a template that has a value.</summary>
abstract class Expression
{
    public int Line { get; init; }

    public object? Evaluate(Render render)
    {
        render.Budget.Step();
        render.Budget.Enter();
        object? value = Value(render);
        render.Budget.Leave();
        return value;
    }

    public bool IsTrue(Render render) => Python.IsTrue(Evaluate(render));

    protected abstract object? Value(Render render);
}
