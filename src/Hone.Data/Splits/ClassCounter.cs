using Hone.Data.Spools;

namespace Hone.Data.Splits;

/// <summary>The classes of rows, numbered as they come.</summary>
/// <param name="most">With more different values than this there are no classes.</param>
sealed class ClassCounter(int most)
{
    readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    Column<int>? _ofRows = new();

    /// <summary>Whether there were too many values.</summary>
    public bool IsFull => _ofRows is null;

    public int Count => _numbers.Count;

    public IReadOnlyList<string> Names => [.. _numbers.Keys];

    /// <summary>The class of each row; null where there are none.</summary>
    public int[]? OfRows => _ofRows?.ToArray();

    public void Add(string name)
    {
        if (_ofRows is null)
            return;
        if (!_numbers.TryGetValue(name, out int number))
            _numbers.Add(name, number = _numbers.Count);
        _ofRows.Add(number);
        if (_numbers.Count > most)
            _ofRows = null;
    }
}
