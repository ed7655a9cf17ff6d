namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>A list or tuple. Templates cannot change it, as in the sandbox of transformers.</summary>
sealed class JinjaList(IReadOnlyList<object?> items)
{
    public IReadOnlyList<object?> Items { get; } = items;

    public bool IsTuple { get; init; }

    /// <summary>Whose brackets and commas these are when the list is written out.</summary>
    public Origin Origin { get; init; } = Origin.Template;
}
