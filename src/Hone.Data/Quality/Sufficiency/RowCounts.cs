using Hone.Data.Quality.Similarity;

namespace Hone.Data.Quality.Sufficiency;

/// <summary>In about how many rows a word occurs: never too few, and too many only where both of its places in a fixed table are shared. 8 MB, whatever the file.</summary>
sealed class RowCounts
{
    const int Places = 1 << 21;

    readonly ushort[] _first = new ushort[Places];
    readonly ushort[] _second = new ushort[Places];

    public void Add(string word)
    {
        (int first, int second) = PlacesOf(word);
        _first[first] += _first[first] < ushort.MaxValue ? (ushort)1 : (ushort)0;
        _second[second] += _second[second] < ushort.MaxValue ? (ushort)1 : (ushort)0;
    }

    public int Of(string word)
    {
        (int first, int second) = PlacesOf(word);
        return Math.Min(_first[first], _second[second]);
    }

    static (int, int) PlacesOf(string word)
    {
        ulong hash = NormalText.Hash(word);
        return ((int)(hash % Places), (int)((hash >> 32) % Places));
    }
}
