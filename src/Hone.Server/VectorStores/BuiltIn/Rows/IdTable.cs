namespace Hone.Server.VectorStores.BuiltIn.Rows;

/// <summary>Rows by the hashes of their ids. Eight to sixteen bytes a row: ids themselves stay on the disk.</summary>
sealed class IdTable
{
    const int Free = -1;

    readonly Func<int, ulong> _hashOf;
    readonly Func<int, bool> _isLive;
    int[] _slots;
    int _used;

    /// <param name="hashOf">The hash of a row's id.</param>
    /// <param name="isLive">Whether a row is still a record. The place of one that is not goes to the next that comes along, so that an id which is deleted and put in again and again does not fill the table.</param>
    /// <param name="expected">Rows that will be added at least.</param>
    public IdTable(Func<int, ulong> hashOf, Func<int, bool> isLive, int expected)
    {
        (_hashOf, _isLive) = (hashOf, isLive);
        _slots = NewSlots(expected);
    }

    /// <summary>FNV-1a, 64 bits, mixed.</summary>
    public static ulong HashOf(ReadOnlySpan<char> id)
    {
        ulong hash = 14695981039346656037;
        foreach (char letter in id)
            hash = (hash ^ letter) * 1099511628211;
        hash ^= hash >> 32;
        return hash * 0x9E3779B97F4A7C15;
    }

    /// <summary>Rows with a hash, the newest among them or not: the caller compares ids.</summary>
    public IEnumerable<int> Find(ulong hash)
    {
        for (int slot = SlotOf(hash); _slots[slot] != Free; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (_hashOf(_slots[slot]) == hash)
                yield return _slots[slot];
        }
    }

    /// <summary>Adds a row that is live; the one that it replaces is not any more.</summary>
    public void Add(ulong hash, int row)
    {
        if (_used * 2 >= _slots.Length)
            Grow();
        int slot = SlotOf(hash);
        while (_slots[slot] != Free && _isLive(_slots[slot]))
            slot = (slot + 1) & (_slots.Length - 1);
        _used += _slots[slot] == Free ? 1 : 0;
        _slots[slot] = row;
    }

    int SlotOf(ulong hash) => (int)(hash >> 32) & (_slots.Length - 1);

    void Grow()
    {
        int[] old = _slots;
        _slots = NewSlots(old.Length);
        _used = 0;
        foreach (int row in old)
        {
            if (row == Free || !_isLive(row))
                continue;
            _used++;
            int slot = SlotOf(_hashOf(row));
            while (_slots[slot] != Free)
                slot = (slot + 1) & (_slots.Length - 1);
            _slots[slot] = row;
        }
    }

    static int[] NewSlots(int expected)
    {
        int[] slots = new int[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(expected, 512) * 2)];
        Array.Fill(slots, Free);
        return slots;
    }
}
