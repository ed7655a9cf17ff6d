using System.Collections;

namespace Hone.Data.Quality;

/// <summary>Some rows of a large file, a bit each.</summary>
sealed class RowSet(int rows)
{
    readonly BitArray _holds = new(rows);

    public int Count { get; private set; }

    public bool Contains(int row) => row < _holds.Length && _holds[row];

    public void Add(int row)
    {
        Count += _holds[row] ? 0 : 1;
        _holds[row] = true;
    }
}
