using System.Text;

namespace Hone.Engine.Tokenizers.Training;

/// <summary>
/// All words of a corpus side by side, as tokens that grow. A token is written at its first and at its last byte, so that both
/// neighbours of any token are found in one step, without links.
/// </summary>
sealed class WordTape
{
    /// <summary>No token: between words, and inside a token. Also no pair.</summary>
    public const int None = -1;

    readonly Cell[] _cells;
    readonly List<int> _lengths;

    /// <param name="words">The words with their counts.</param>
    /// <param name="tokenOfByte">The token of each byte.</param>
    /// <param name="lengths">The length in bytes of each token; grows with the vocabulary.</param>
    public WordTape(IReadOnlyList<(string Word, int Count)> words, int[] tokenOfByte, List<int> lengths)
    {
        long length = 1 + words.Sum(word => 1L + Encoding.UTF8.GetByteCount(word.Word));
        if (length > Array.MaxLength)
            throw new HoneException("The corpus has more than two billion bytes of different words. Train on a part of it.");

        _lengths = lengths;
        _cells = new Cell[length];
        _cells.AsSpan().Fill(new Cell { Token = None, Pair = None });
        byte[] bytes = new byte[64];
        int at = 1;
        foreach ((string word, int count) in words)
        {
            if (bytes.Length < 3 * word.Length)
                bytes = new byte[6 * word.Length];
            int size = Encoding.UTF8.GetBytes(word, bytes);
            for (int i = 0; i < size; i++)
                (_cells[at + i].Token, _cells[at + i].Count) = (tokenOfByte[bytes[i]], count);
            at += size + 1;
        }
    }

    public int Length => _cells.Length;

    /// <summary>The byte at a position, with the token and the pair that start there.</summary>
    public ref Cell this[int at] => ref _cells[at];

    /// <summary>Where the token after the one at <paramref name="at"/> starts; no token starts there at the end of a word.</summary>
    public int Next(int at) => at + _lengths[_cells[at].Token];

    /// <summary>Where the token before position <paramref name="at"/> starts, or -1 at the start of a word.</summary>
    public int Previous(int at)
    {
        int token = _cells[at - 1].Token;
        return token == None ? None : at - _lengths[token];
    }

    /// <summary>Replaces the token at <paramref name="at"/> and the one after it by their merge, without pairs.</summary>
    public void Merge(int at, int merged)
    {
        int middle = Next(at);
        int end = Next(middle);
        _cells[middle - 1].Token = None;
        (_cells[middle].Token, _cells[middle].Pair) = (None, None);
        (_cells[at].Token, _cells[at].Pair) = (merged, None);
        _cells[end - 1].Token = merged;
    }

    /// <summary>One byte of a word. One after the other in memory, since a merge needs all three at once.</summary>
    public struct Cell
    {
        /// <summary>The token that starts or ends here.</summary>
        public int Token;

        /// <summary>How often the word occurs.</summary>
        public int Count;

        /// <summary>The pair of the token that starts here and the one after it.</summary>
        public int Pair;
    }
}
