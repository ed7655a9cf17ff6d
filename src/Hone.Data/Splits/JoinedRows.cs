namespace Hone.Data.Splits;

/// <summary>Which rows belong together: those of one group, those that repeat one another, and whatever these have in common.</summary>
sealed class JoinedRows
{
    readonly int[] _parent;

    /// <param name="firsts">For each row one that it belongs to, not behind it: itself where it belongs to none before it.</param>
    public JoinedRows(int[] firsts) => _parent = firsts;

    /// <summary>Joins the rows whose keys are equal. Sorts the keys.</summary>
    public void JoinEqual(ulong[] keys)
    {
        int[] rows = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, rows);
        for (int i = 1; i < rows.Length; i++)
            if (keys[i] == keys[i - 1])
                Join(rows[i - 1], rows[i]);
    }

    /// <summary>For each row the first one of those that it belongs to. Nothing can be joined any more.</summary>
    public int[] Firsts()
    {
        for (int row = 0; row < _parent.Length; row++)
            _parent[row] = FirstOf(row);
        return _parent;
    }

    void Join(int one, int other)
    {
        (one, other) = (FirstOf(one), FirstOf(other));
        _parent[Math.Max(one, other)] = Math.Min(one, other);
    }

    int FirstOf(int row)
    {
        while (_parent[row] != row)
            row = _parent[row] = _parent[_parent[row]];
        return row;
    }
}
