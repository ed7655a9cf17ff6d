using System.Collections;

namespace Hone.Data.Quality.Similarity;

/// <summary>What texts are nearly the same as: 12 bytes for each text of the file, where there is any such text.</summary>
/// <param name="texts">How many texts the file has.</param>
sealed class NearMatches(int texts) : IEnumerable<KeyValuePair<int, NearMatch>>
{
    int[] _others = [];
    double[] _similarities = []; // 0 for none

    public NearMatch this[int index] => TryGet(index, out NearMatch match) ? match : throw new KeyNotFoundException();

    public bool Contains(int index) => TryGet(index, out _);

    public bool TryGet(int index, out NearMatch match)
    {
        match = index < _others.Length ? new NearMatch(_others[index], _similarities[index]) : default;
        return match.Similarity > 0;
    }

    /// <summary>Notes the first match of a text; later ones change nothing.</summary>
    public void Add(int index, NearMatch match)
    {
        if (_others.Length == 0)
            (_others, _similarities) = (new int[texts], new double[texts]);
        if (_similarities[index] == 0)
            (_others[index], _similarities[index]) = (match.Index, match.Similarity);
    }

    public IEnumerator<KeyValuePair<int, NearMatch>> GetEnumerator()
    {
        for (int i = 0; i < _others.Length; i++)
            if (TryGet(i, out NearMatch match))
                yield return new(i, match);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>What a text is nearly the same as.</summary>
readonly record struct NearMatch(int Index, double Similarity);
