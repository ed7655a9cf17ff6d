namespace Hone.Engine.Tokenizers.BytePair;

/// <summary>A binary heap of (rank, position), lowest rank first and leftmost among equals.</summary>
sealed class PriorityHeap(int capacity)
{
    ulong[] _entries = new ulong[Math.Max(capacity, 16)];
    int _count;

    public void Push(int rank, int position)
    {
        if (_count == _entries.Length)
            Array.Resize(ref _entries, 2 * _count);

        ulong entry = ((ulong)(uint)rank << 32) | (uint)position;
        int index = _count++;
        while (index > 0 && _entries[(index - 1) / 2] > entry)
        {
            _entries[index] = _entries[(index - 1) / 2];
            index = (index - 1) / 2;
        }
        _entries[index] = entry;
    }

    public bool TryPop(out int rank, out int position)
    {
        (rank, position) = (0, 0);
        if (_count == 0)
            return false;

        (rank, position) = ((int)(_entries[0] >> 32), (int)(uint)_entries[0]);
        SiftDown(_entries[--_count]);
        return true;
    }

    void SiftDown(ulong entry)
    {
        ulong[] entries = _entries;
        int index = 0;
        for (int child = 1; child < _count; child = (2 * index) + 1)
        {
            if (child + 1 < _count && entries[child + 1] < entries[child])
                child++;
            if (entries[child] >= entry)
                break;
            entries[index] = entries[child];
            index = child;
        }
        entries[index] = entry;
    }
}
