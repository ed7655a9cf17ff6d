namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>What can follow <c>|</c>, found by name.</summary>
static class Filters
{
    public delegate object? Filter(Render render, object? value, Arguments arguments);

    static readonly Dictionary<string, Filter> Known = new(
        [.. StringFilters.All, .. SequenceFilters.All, .. SelectionFilters.All, .. NumberFilters.All, .. JsonFilter.All]
    );

    public static bool Exists(string name) => Known.ContainsKey(name);

    public static Filter Find(string name) =>
        Known.TryGetValue(name, out Filter? filter) ? filter : throw new HoneException($"No filter named '{name}'");
}
