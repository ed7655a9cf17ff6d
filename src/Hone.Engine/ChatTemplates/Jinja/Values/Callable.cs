namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Anything a template can call: a global function, a method bound to its value, a macro.</summary>
sealed record Callable(string Name, Func<Render, Arguments, object?> Body);

/// <summary>What <c>namespace()</c> makes: the one value whose attributes a template may set.</summary>
sealed class NamespaceValue
{
    public Dictionary<string, object?> Attributes { get; } = [];
}
