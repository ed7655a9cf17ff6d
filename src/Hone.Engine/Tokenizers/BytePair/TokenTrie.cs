namespace Hone.Engine.Tokenizers.BytePair;

/// <summary>Finds the longest token that a text begins with, and the tokens that are beginnings of others.</summary>
sealed class TokenTrie
{
    const int None = -1;

    readonly int[] _afterTwoBytes = new int[1 << 16]; // the node of the first two bytes: nearly every search passes there
    readonly int[] _ofByte;
    readonly int[] _shorter;

    // Nodes are numbered as tokens are added, the frequent ones first, and keep their children together: 1.6 times a hash table of children.
    readonly Node[] _nodes;
    readonly byte[] _labels;
    readonly int[] _children;

    /// <param name="tokens">The tokens that may be found, the frequent ones first.</param>
    /// <param name="ofByte">The token of each byte, or -1.</param>
    public TokenTrie(Vocabulary vocabulary, IEnumerable<int> tokens, int[] ofByte)
    {
        _ofByte = ofByte;
        _afterTwoBytes.AsSpan().Fill(None);
        int[] longer = [.. tokens.Where(token => vocabulary.Length(token) > 1)];
        var edges = new List<(int Parent, byte Label, int Child)>(longer.Length);
        _nodes = AddTokens(vocabulary, longer, edges);

        foreach ((int parent, _, _) in edges)
            _nodes[parent].ChildCount++;
        for (int node = 1; node < _nodes.Length; node++)
            _nodes[node].FirstChild = _nodes[node - 1].FirstChild + _nodes[node - 1].ChildCount;
        _labels = new byte[edges.Count];
        _children = new int[edges.Count];
        var filled = new int[_nodes.Length];
        foreach ((int parent, byte label, int child) in edges)
        {
            int at = _nodes[parent].FirstChild + filled[parent]++;
            (_labels[at], _children[at]) = (label, child);
        }

        _shorter = new int[vocabulary.Count];
        foreach (int token in longer)
            _shorter[token] = Longest(vocabulary.Bytes(token)[..^1]);
    }

    /// <summary>The longest token that the text begins with; -1 where its first byte is no token. The text must not be empty.</summary>
    public int Longest(ReadOnlySpan<byte> text)
    {
        int longest = _ofByte[text[0]];
        if (text.Length == 1)
            return longest;

        int node = _afterTwoBytes[(text[0] << 8) | text[1]];
        for (int i = 2; node != None; i++)
        {
            Node found = _nodes[node];
            longest = found.Token != None ? found.Token : longest;
            if (found.ChildCount == 0 || i == text.Length)
                break;
            ReadOnlySpan<byte> labels = _labels.AsSpan(found.FirstChild, found.ChildCount);
            int child = labels.Length == 1 ? (labels[0] == text[i] ? 0 : -1) : labels.IndexOf(text[i]);
            if (child < 0)
                break;
            node = _children[found.FirstChild + child];
        }
        return longest;
    }

    /// <summary>The longest token that a token of several bytes begins with, other than itself.</summary>
    public int Shorter(int token) => _shorter[token];

    Node[] AddTokens(Vocabulary vocabulary, int[] tokens, List<(int Parent, byte Label, int Child)> edges)
    {
        var nodes = new List<Node>(2 * tokens.Length);
        var children = new PairMap(tokens.Length);
        foreach (int token in tokens)
        {
            ReadOnlySpan<byte> bytes = vocabulary.Bytes(token);
            ref int first = ref _afterTwoBytes[(bytes[0] << 8) | bytes[1]];
            if (first == None)
                first = AddNode(nodes);
            int at = first;
            foreach (byte label in bytes[2..])
            {
                int child = children.Get(at, label);
                if (child == PairMap.Missing)
                {
                    child = AddNode(nodes);
                    children.Set(at, label, child);
                    edges.Add((at, label, child));
                }
                at = child;
            }
            nodes[at] = nodes[at] with { Token = token };
        }
        return [.. nodes];
    }

    static int AddNode(List<Node> nodes)
    {
        if (nodes.Count >= 1 << PairMap.KeyBits)
            throw new HoneException("The vocabulary's tokens are too long and too many to be searched. Use a smaller vocabulary.");
        nodes.Add(new Node { Token = None });
        return nodes.Count - 1;
    }

    struct Node
    {
        public int Token;
        public int FirstChild;
        public int ChildCount;
    }
}
