using System.Numerics.Tensors;
using Hone.Data.Spools;

namespace Hone.Data.Quality.Similarity;

/// <summary>
/// Finds texts that are the same after normalisation, or whose shingles have at least the given Jaccard similarity. The texts are read twice in the same order; what stays in memory is 14 bytes a text, 4 more of one whose keys meet others, and 12 more while keys are sorted.
/// Their keys, and the shingles of texts whose keys meet, lie in temporary files. These texts are compared truly: no two are called alike by their keys alone.
/// </summary>
sealed class NearDuplicates(Shingles shingles, double similarity = NearDuplicates.DefaultSimilarity) : IDisposable
{
    public const double DefaultSimilarity = 0.8;

    /// <summary>Below this too many pairs would be missed.</summary>
    public const double LowestSimilarity = 0.7;

    // Texts that share a key without being alike are rare: so many of one key are compared with those that follow.
    const int MostLeaders = 16;

    Column<ulong>? _hashes = new(); // until the first pass ends
    readonly KeyFile _keys = new();
    readonly ShingleFile _file = new();
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
    /// <returns>A number that is equal for texts that are the same after normalisation, and of the same scope.</returns>
    public ulong Add(string text, ulong scope = 0)
    {
        ulong hash = NormalText.Hash(NormalText.Of(text)) ^ NormalText.Mix(scope);
        _hashes!.Add(hash);
        Span<uint> keys = stackalloc uint[MinHash.Bands]; // 0 for none
        keys.Clear();
        uint[] set = shingles.Of(text);
        if (set.Length >= Shingles.Fewest)
            MinHash.WriteKeys(set, scope, keys);
        _keys.Add(keys);
        return hash;
    }

    /// <summary>Groups equal texts and marks those that may be nearly the same as another.</summary>
    public void EndFirstPass()
    {
        _first = [.. Enumerable.Range(0, _keys.Rows)];
        _isRepeated = new bool[_first.Length];
        _isCandidate = new bool[_first.Length];
        MarkEqual();

        var entries = new ulong[_first.Length];
        for (int band = 0; band < MinHash.Bands; band++)
            foreach (Range run in Runs(entries, band))
                MarkCandidates(entries.AsSpan(run));
        // Arrays of so many bytes are garbage that the runtime collects late: 60 MB less at the peak of 2.6 million texts.
        GC.Collect();
    }

    /// <summary>After the first pass: whether another text is the same or may nearly be.</summary>
    public bool MayRepeat(int index) => _isRepeated[index] || _isCandidate[index];

    /// <summary>Second pass: the same texts in the same order.</summary>
    public void AddAgain(string text)
    {
        if (_isCandidate[_readAgain])
            _file.Add(_readAgain, shingles.Of(text));
        _readAgain++;
    }

    /// <summary>Compares the candidates, and notes how similar they are.</summary>
    public DuplicateGroups Find()
    {
        NearMatches near = new(_first.Length);
        return new DuplicateGroups(FindFirsts(near), near);
    }

    /// <summary>Compares the candidates.</summary>
    /// <param name="near">Takes what is found to be similar; null where nobody asks.</param>
    /// <returns>For each text the first text of its group.</returns>
    public int[] FindFirsts(NearMatches? near = null)
    {
        var entries = new ulong[_first.Length];
        for (int band = 0; band < MinHash.Bands; band++)
            foreach (Range run in Runs(entries, band))
                Join(entries.AsSpan(run), near);
        for (int i = 0; i < _first.Length; i++)
            _first[i] = FirstOf(i);
        GC.Collect(); // as after the first pass
        return _first;
    }

    public void Dispose()
    {
        _keys.Dispose();
        _file.Dispose();
    }

    /// <summary>Joins texts that are equal after normalisation.</summary>
    void MarkEqual()
    {
        ulong[] hashes = _hashes!.ToArray();
        _hashes = null;
        int[] texts = [.. _first];
        Array.Sort(hashes, texts);
        for (int start = 0, end; start < hashes.Length; start = end)
        {
            end = start + 1;
            while (end < hashes.Length && hashes[end] == hashes[start])
                end++;
            if (end - start == 1)
                continue;
            int first = TensorPrimitives.Min<int>(texts.AsSpan(start..end));
            foreach (int index in texts.AsSpan(start..end))
                (_first[index], _isRepeated[index]) = (first, true);
        }
    }

    /// <summary>Marks the texts of one key, equal ones counted once, where there are at least two.</summary>
    void MarkCandidates(ReadOnlySpan<ulong> bucket)
    {
        int last = -1;
        foreach (ulong entry in bucket)
        {
            int index = (int)entry;
            if (_first[index] != index)
                continue;
            if (last >= 0)
                _isCandidate[index] = _isCandidate[last] = true;
            last = index;
        }
    }

    /// <summary>Where equal keys of a band stand, at least two, with their texts in ascending order; key 0 is none.</summary>
    /// <param name="entries">Takes the sorted keys, with the number of its text in the lower half of each.</param>
    IEnumerable<Range> Runs(ulong[] entries, int band)
    {
        _keys.ReadBand(band, entries);
        Array.Sort(entries);
        for (int start = 0, end; start < entries.Length; start = end)
        {
            ulong key = entries[start] >> 32;
            end = start + 1;
            while (end < entries.Length && entries[end] >> 32 == key)
                end++;
            if (end - start > 1 && key != 0)
                yield return start..end;
        }
    }

    void Join(ReadOnlySpan<ulong> bucket, NearMatches? near)
    {
        List<(int Index, uint[] Set)> leaders = [];
        foreach (ulong entry in bucket)
        {
            int index = (int)entry;
            // What equals an earlier text is no candidate: the first of them stands for all.
            if (!_isCandidate[index] || leaders.Exists(leader => FirstOf(leader.Index) == FirstOf(index)))
                continue;
            uint[] set = _file.Read(index);
            NearMatch match = leaders.Select(leader => new NearMatch(leader.Index, Shingles.Jaccard(leader.Set, set))).FirstOrDefault(match => match.Similarity >= similarity);
            if (match.Similarity > 0)
                Join(index, match, near);
            else if (leaders.Count < MostLeaders)
                leaders.Add((index, set));
        }
    }

    void Join(int index, NearMatch match, NearMatches? near)
    {
        near?.Add(index, match);
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
