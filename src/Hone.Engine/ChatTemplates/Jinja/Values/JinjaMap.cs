namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>A dictionary in the order of insertion. Templates cannot change it, as in the sandbox of transformers.</summary>
sealed class JinjaMap
{
    readonly OrderedDictionary<object, object?> _entries = [];

    /// <summary>Whose braces and keys these are when the map is written out.</summary>
    public Origin Origin { get; init; } = Origin.Template;

    /// <summary>Which message of the conversation this map is, or -1.</summary>
    public int Message { get; init; } = Origin.NoMessage;

    public int Count => _entries.Count;

    public IEnumerable<object?> Keys => _entries.Keys.Select(KeyValue);

    public IEnumerable<object?> Values => _entries.Values;

    public IEnumerable<(object? Key, object? Value)> Entries => _entries.Select(entry => (KeyValue(entry.Key), entry.Value));

    public void Set(object? key, object? value) => _entries[KeyOf(key)] = value;

    public bool TryGet(object? key, out object? value) => _entries.TryGetValue(KeyOf(key), out value);

    public bool Has(object? key) => _entries.ContainsKey(KeyOf(key));

    object? KeyValue(object key) =>
        key switch
        {
            string text => TracedText.Of(text, Origin),
            NoneKey => null,
            _ => key,
        };

    static object KeyOf(object? key) =>
        key switch
        {
            TracedText text => text.Value,
            string text => text,
            null => NoneKey.Instance,
            bool truth => truth ? 1L : 0L,
            double number when number == Math.Floor(number) && Math.Abs(number) < 1e15 => (long)number,
            long or double => key,
            Undefined undefined => throw undefined.Error(),
            _ => throw new HoneException($"unhashable type: '{Python.TypeName(key)}'"),
        };

    sealed class NoneKey
    {
        public static readonly NoneKey Instance = new();
    }
}
