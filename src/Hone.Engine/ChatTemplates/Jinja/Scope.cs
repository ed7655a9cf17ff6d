namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Names and their values; what is not here is looked up further out.</summary>
sealed class Scope(Scope? outer)
{
    readonly Dictionary<string, object?> _values = [];

    public void Set(string name, object? value) => _values[name] = value;

    public object? Get(string name)
    {
        for (Scope? scope = this; scope is not null; scope = scope.Outer)
            if (scope._values.TryGetValue(name, out object? value))
                return value;
        return new Undefined($"'{name}' is undefined");
    }

    Scope? Outer { get; } = outer;
}
