namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Something in a template that does something: writes, assigns, loops.</summary>
abstract class Statement
{
    public int Line { get; init; }

    public abstract Flow Execute(Render render);
}

/// <summary>The text between the tags.</summary>
sealed class TextStatement(string text) : Statement
{
    readonly TracedText _text = TracedText.Of(text);

    public override Flow Execute(Render render)
    {
        render.Write(_text);
        return Flow.Next;
    }
}

/// <summary><c>{{ value }}</c></summary>
sealed class OutputStatement(Expression value) : Statement
{
    public override Flow Execute(Render render)
    {
        render.Write(PythonText.Str(value.Evaluate(render), render.Budget));
        return Flow.Next;
    }
}

/// <summary><c>{% break %}</c> and <c>{% continue %}</c></summary>
sealed class LoopControlStatement(Flow flow) : Statement
{
    public override Flow Execute(Render render) => flow;
}
