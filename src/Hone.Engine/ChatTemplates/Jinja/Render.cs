namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>The state of one rendering: names, output, budget, and which message is being written out.</summary>
sealed class Render
{
    readonly TextBuilder _page;

    public Render(Scope globals, TimeProvider clock)
    {
        Budget = new Budget();
        _page = new TextBuilder(Budget);
        Output = _page;
        Scope = globals;
        Clock = clock;
    }

    public Budget Budget { get; }

    public TimeProvider Clock { get; }

    public Scope Scope { get; set; }

    /// <summary>Where text goes: the page, or what a macro or block collects.</summary>
    public TextBuilder Output { get; set; }

    /// <summary>The line that runs, for error messages.</summary>
    public int Line { get; set; } = 1;

    /// <summary>Which message the innermost loop is at, or -1.</summary>
    public MessageCursor Cursor { get; set; } = MessageCursor.Outside;

    public bool IsGenerating { get; set; }

    /// <summary>Where each piece that reached the page ends: one piece for each text or output tag.</summary>
    public List<int> PieceEnds { get; } = [];

    public TracedText Page => _page.ToText();

    public void Write(TracedText text)
    {
        Output.Emit(text, Cursor.Message, IsGenerating);
        if (ReferenceEquals(Output, _page) && text.Value.Length > 0)
            PieceEnds.Add(_page.Length);
    }

    /// <summary>What the statements write, caught instead of put on the page.</summary>
    public TracedText Capture(IReadOnlyList<Statement> statements)
    {
        TextBuilder outer = Output;
        TextBuilder inner = new(Budget);
        Output = inner;
        try
        {
            Run(statements);
        }
        finally
        {
            Output = outer;
        }
        return inner.ToText();
    }

    public Flow Run(IReadOnlyList<Statement> statements)
    {
        foreach (Statement statement in statements)
        {
            Budget.Step();
            Line = statement.Line;
            Flow flow = statement.Execute(this);
            if (flow != Flow.Next)
                return flow;
        }
        return Flow.Next;
    }
}

/// <summary>What follows a statement: the next one, or an end of the loop or of its turn.</summary>
enum Flow
{
    Next,
    Break,
    Continue,
}

/// <summary>The message that a loop is at, and whether the loop's own variable names it.</summary>
readonly record struct MessageCursor(int Message, bool IsBoundByLoop, bool IsInLoop)
{
    public static readonly MessageCursor Outside = new(Origin.NoMessage, false, false);

    /// <summary>The cursor inside a loop whose variable holds <paramref name="item"/>.</summary>
    public MessageCursor InTurn(object? item) =>
        item is JinjaMap { Message: >= 0 } map ? new(map.Message, true, true) : this with { IsInLoop = true };

    /// <summary>The cursor after <c>set</c> gave a name to <paramref name="value"/>: this is how loops over indexes reach their message.</summary>
    public MessageCursor AfterSet(object? value) =>
        IsInLoop && !IsBoundByLoop && value is JinjaMap { Message: >= 0 } map ? this with { Message = map.Message } : this;
}
