using Hone.Data.Spools;

namespace Hone.Data.Quality.Similarity;

/// <summary>
/// Finds texts that are the same after normalisation, or whose shingles have at least the given Jaccard similarity. The texts are read twice in the same order; what stays in memory is 14 bytes a text, and 12 more while keys are sorted.
/// Their keys, and the shingles of texts whose keys meet, lie in temporary files. These texts are compared truly: no two are called alike by their keys alone.
/// </summary>
sealed class NearDuplicates(Shingles shingles, double similarity = NearDuplicates.DefaultSimilarity) : IDisposable
{
    public const double DefaultSimilarity = 0.8;

    /// <summary>Below this too many pairs would be missed.</summary>
    public const double LowestSimilarity = 0.7;

    // Texts that share a key without being alike are rare: so many of one key are compared with those that follow.
    const int MostLeaders = 16;

    readonly Column<ulong> _hashes = new();
    readonly KeyFile _keys = new();
    readonly ShingleFile _file = new();
    readonly Dictionary<int, NearMatch> _near = [];
    int[] _first = [];
    bool[] _isRepeated = [];
    bool[] _isCandidate = [];
    int _readAgain;

    /// <summary>Both passes at once, over texts that can be read twice.</summary>
    public static DuplicateGroups Find(Func<IEnumerable<string>> read, double similarity = DefaultSimilarity)
    {
        using NearDuplicates search = new(Shingles.Learn(read()), similarity);
        foreach (string text in read())
            search.Add(text);
        search.EndFirstPass();
        foreach (string text in read())
            search.AddAgain(text);
        return search.Find();
    }

    /// <summary>First pass. Texts of different scopes are never alike.</summary>
    public void Add(string text, ulong scope = 0)
    {
        _hashes.Add(NormalText.Hash(NormalText.Of(text)) ^ NormalText.Mix(scope));
        Span<uint> keys = stackalloc uint[MinHash.Bands]; // 0 for none
        keys.Clear();
        uint[] set = shingles.Of(text);
        if (set.Length >= Shingles.Fewest)
            MinHash.WriteKeys(set, scope, keys);
        _keys.Add(keys);
    }

    /// <summary>Groups equal texts and marks those that may be nearly the same as another.</summary>
    public void EndFirstPass()
    {
        _first = [.. Enumerable.Range(0, _hashes.Count)];
        _isRepeated = new bool[_first.Length];
        _isCandidate = new bool[_first.Length];
        foreach (int[] equal in Runs(_hashes.ToArray()))
            foreach (int index in equal)
                (_first[index], _isRepeated[index]) = (equal[0], true);
        for (int band = 0; band < MinHash.Bands; band++)
            foreach (int[] bucket in Buckets(_keys.Band(band)))
                foreach (int index in bucket)
                    _isCandidate[index] = true;
    }

    /// <summary>Equal for texts that are the same after normalisation, and of the same scope.</summary>
    public ulong HashOf(int index) => _hashes[index];

    /// <summary>After the first pass: whether another text is the same or may nearly be.</summary>
    public bool MayRepeat(int index) => _isRepeated[index] || _isCandidate[index];

    /// <summary>Second pass: the same texts in the same order.</summary>
    public void AddAgain(string text)
    {
        if (_isCandidate[_readAgain])
            _file.Add(_readAgain, shingles.Of(text));
        _readAgain++;
    }

    /// <summary>Compares the candidates.</summary>
    public DuplicateGroups Find()
    {
        // What equals an earlier text is no candidate: the first of them stands for all.
        for (int band = 0; band < MinHash.Bands; band++)
            foreach (int[] bucket in Runs(_keys.Band(band)))
                Join([.. bucket.Where(index => _isCandidate[index])]);
        for (int i = 0; i < _first.Length; i++)
            _first[i] = FirstOf(i);
        return new DuplicateGroups(_first, _near);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _file.Dispose();
    }

    /// <summary>Texts of one key, equal ones counted once, where there are at least two.</summary>
    IEnumerable<int[]> Buckets(uint[] keys) => Runs(keys).Select(run => run.Where(index => _first[index] == index).ToArray()).Where(bucket => bucket.Length > 1);

    /// <summary>The indexes of equal keys, ascending, where at least two are equal; key 0 is none. Sorts the keys.</summary>
    static IEnumerable<int[]> Runs<T>(T[] keys)
        where T : struct, IEquatable<T>
    {
        int[] indexes = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, indexes);
        int start = 0;
        for (int i = 1; i <= keys.Length; i++)
        {
            if (i < keys.Length && keys[i].Equals(keys[start]))
                continue;
            if (i - start > 1 && !keys[start].Equals(default))
            {
                int[] run = indexes[start..i];
                Array.Sort(run);
                yield return run;
            }
            start = i;
        }
    }

    void Join(int[] bucket)
    {
        List<(int Index, uint[] Set)> leaders = [];
        foreach (int index in bucket)
        {
            if (leaders.Exists(leader => FirstOf(leader.Index) == FirstOf(index)))
                continue;
            uint[] set = _file.Read(index);
            NearMatch match = leaders.Select(leader => new NearMatch(leader.Index, Shingles.Jaccard(leader.Set, set))).FirstOrDefault(match => match.Similarity >= similarity);
            if (match.Similarity > 0)
                Join(index, match);
            else if (leaders.Count < MostLeaders)
                leaders.Add((index, set));
        }
    }

    void Join(int index, NearMatch match)
    {
        _near.TryAdd(index, match);
        (int one, int other) = (FirstOf(index), FirstOf(match.Index));
        _first[Math.Max(one, other)] = Math.Min(one, other);
    }

    int FirstOf(int index)
    {
        while (_first[index] != index)
            index = _first[index] = _first[_first[index]];
        return index;
    }
}
