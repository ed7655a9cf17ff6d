using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Mapping;

/// <summary>How many rows something is true of, and where the first ones are.</summary>
public sealed class LinePlaces
{
    const int Listed = 5;

    readonly List<int> _first = [];

    public int Count { get; private set; }

    public void Add(int line)
    {
        Count++;
        if (_first.Count < Listed)
            _first.Add(line);
    }

    /// <summary>For people: <c>2 rows (lines 3, 7)</c>.</summary>
    public override string ToString()
    {
        string lines = LineList.Of(_first, Count > _first.Count);
        return Count == 1 ? Text.Of($"1 row (line {lines})", $"1 行（第 {lines} 行）") : Text.Of($"{Count} rows (lines {lines})", $"{Count} 行（第 {lines} 行）");
    }
}
