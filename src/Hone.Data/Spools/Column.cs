namespace Hone.Data.Spools;

/// <summary>A number for each row of a large file, in pieces: growing it copies nothing and leaves little unused.</summary>
sealed class Column<T>
    where T : struct
{
    const int PieceLength = 1 << 14;

    readonly List<T[]> _pieces = [];

    public int Count { get; private set; }

    public T this[int index] => _pieces[index / PieceLength][index % PieceLength];

    public void Add(T value)
    {
        if (Count == _pieces.Count * PieceLength)
            _pieces.Add(new T[PieceLength]);
        _pieces[^1][Count++ % PieceLength] = value;
    }

    public T[] ToArray()
    {
        var all = new T[Count];
        for (int start = 0; start < Count; start += PieceLength)
            _pieces[start / PieceLength].AsSpan(0, Math.Min(PieceLength, Count - start)).CopyTo(all.AsSpan(start));
        return all;
    }
}
