using Hone.Engine.Tokenizers.BytePair;

namespace Hone.Engine.Tokenizers;

/// <summary>Finds the tokens that a text begins with, UTF-16 unit by unit: in a time that grows with the longest of them, not with their number.</summary>
sealed class CharacterTrie
{
    const int Root = 0;
    const int None = -1;

    readonly PairMap _children;
    readonly List<int> _tokens = [None]; // of each node

    /// <param name="capacity">About how many characters all tokens have together.</param>
    public CharacterTrie(int capacity) => _children = new PairMap(capacity);

    public void Add(ReadOnlySpan<char> text, int token)
    {
        int node = Root;
        foreach (char unit in text)
        {
            int child = _children.Get(node, unit);
            if (child == PairMap.Missing)
            {
                child = _tokens.Count;
                if (!PairMap.Fits(child, unit, child))
                    throw new HoneException("The vocabulary's tokens are too long and too many to be searched. Use a smaller vocabulary.");
                _children.Set(node, unit, child);
                _tokens.Add(None);
            }
            node = child;
        }
        _tokens[node] = token;
    }

    /// <summary>The tokens that the text begins with, the shortest first.</summary>
    public Search Prefixes(ReadOnlySpan<char> text) => new(this, text);

    /// <summary>A walk along one text.</summary>
    public ref struct Search(CharacterTrie trie, ReadOnlySpan<char> text)
    {
        readonly ReadOnlySpan<char> _text = text;
        int _node = Root;

        /// <summary>The token found last.</summary>
        public int Token { get; private set; } = None;

        /// <summary>The length of that token in UTF-16 units.</summary>
        public int Length { get; private set; }

        /// <summary>Goes on to the next longer token; false when there is none.</summary>
        public bool MoveNext()
        {
            for (int at = Length; at < _text.Length; at++)
            {
                _node = trie._children.Get(_node, _text[at]);
                if (_node == PairMap.Missing)
                    return false;
                if (trie._tokens[_node] == None)
                    continue;
                (Token, Length) = (trie._tokens[_node], at + 1);
                return true;
            }
            return false;
        }
    }
}
