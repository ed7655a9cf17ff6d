namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>The arguments of a call, a filter or a test.</summary>
sealed class Arguments(IReadOnlyList<object?> positional, IReadOnlyDictionary<string, object?> named)
{
    static readonly Dictionary<string, object?> NoNames = [];

    public static readonly Arguments None = new([], NoNames);

    public IReadOnlyList<object?> Positional => positional;

    public IReadOnlyDictionary<string, object?> Named => named;

    public static Arguments Of(params object?[] positional) => new(positional, NoNames);

    /// <summary>The same arguments without the first <paramref name="count"/> positional ones.</summary>
    public Arguments Skip(int count) => new([.. positional.Skip(count)], named);

    public bool Has(int index, string name) => index < positional.Count || named.ContainsKey(name);

    public object? Get(int index, string name, object? fallback)
    {
        if (index < positional.Count)
            return positional[index];
        return named.TryGetValue(name, out object? value) ? value : fallback;
    }

    public object? Require(int index, string name) =>
        Has(index, name) ? Get(index, name, null) : throw new HoneException($"the argument '{name}' is missing");

    public bool Flag(int index, string name, bool fallback) => Python.IsTrue(Get(index, name, fallback));

    public TracedText Text(int index, string name) => Python.ExpectText(Require(index, name), name);

    public long Integer(int index, string name, long fallback) => Python.ExpectInteger(Get(index, name, fallback), name);
}
