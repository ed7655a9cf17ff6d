namespace Hone.Data.Quality;

/// <summary>How many rows a finding concerns, and the first of them.</summary>
sealed class RowTally
{
    readonly SortedSet<int> _first = [];

    public int Count { get; private set; }

    /// <summary>Those with the lowest numbers, as many as are shown.</summary>
    public IReadOnlyList<int> First => [.. _first];

    public void Add(int row)
    {
        Count++;
        _first.Add(row);
        if (_first.Count > QualityFinding.MostShown)
            _first.Remove(_first.Max);
    }
}
