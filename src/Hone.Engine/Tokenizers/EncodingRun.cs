using System.Text;
using Hone.Engine.Tokenizers.BytePair;
using Hone.Engine.Tokenizers.Unigram;

namespace Hone.Engine.Tokenizers;

/// <summary>The output and the scratch memory of one call to encode; a tokenizer keeps one for the next call.</summary>
sealed class EncodingRun
{
    const int LargestKept = 1 << 20;

    int[] _ids = new int[256];
    int[] _starts = [];
    int[] _ends = [];
    byte[] _utf8 = new byte[256];
    UnigramModel.Node[] _path = [];

    /// <summary>Whether the caller wants to know where in the text each token came from.</summary>
    public bool WantsSpans { get; private set; }

    /// <summary>Whether the part being encoded is the first of the text.</summary>
    public bool IsAtTextStart { get; set; }

    /// <summary>How many tokens there are so far.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    public PairMerger Merger { get; private set; } = new();

    public PieceCache Cache { get; } = new();

    /// <summary>Which tokens may stand side by side, as far as recent text showed.</summary>
    public uint[] KnownBoundaries { get; } = BoundaryEncoder.CreateMemory();

    /// <summary>Forgets the output, not what was learned, and makes room for the tokens of a text of this length.</summary>
    public void Begin(int textLength, bool wantsSpans)
    {
        Count = 0;
        WantsSpans = wantsSpans;
        if (_ids.Length < textLength / 4)
            _ids = new int[textLength / 4];
    }

    /// <summary>Lets go of memory that only a very long text needed.</summary>
    public void End()
    {
        if (_ids.Length > LargestKept)
            (_ids, _starts, _ends, _utf8, _path, Merger) = (new int[256], [], [], new byte[256], [], new PairMerger());
    }

    public void Add(int id)
    {
        if (Count == _ids.Length)
            Array.Resize(ref _ids, 2 * Count);
        _ids[Count++] = id;
    }

    public void RemoveLast() => Count--;

    /// <summary>Takes back what was added after the first <paramref name="count"/> tokens.</summary>
    public void TruncateTo(int count) => Count = count;

    public void Add(int id, int start, int end)
    {
        Add(id);
        if (WantsSpans)
            SetSpan(Count - 1, start, end);
    }

    public void SetSpan(int token, int start, int end)
    {
        if (_starts.Length < _ids.Length)
        {
            Array.Resize(ref _starts, _ids.Length);
            Array.Resize(ref _ends, _ids.Length);
        }
        (_starts[token], _ends[token]) = (start, end);
    }

    public void Add(ReadOnlySpan<int> ids)
    {
        if (Count + ids.Length > _ids.Length)
            Array.Resize(ref _ids, Math.Max(2 * Count, Count + ids.Length));
        ids.CopyTo(_ids.AsSpan(Count));
        Count += ids.Length;
    }

    /// <summary>Nodes for a path through a piece, valid until the next call.</summary>
    public UnigramModel.Node[] PathNodes(int count)
    {
        if (_path.Length < count)
            _path = new UnigramModel.Node[2 * count];
        return _path;
    }

    /// <summary>The text in UTF-8, valid until the next call.</summary>
    public ReadOnlySpan<byte> ToUtf8(ReadOnlySpan<char> text)
    {
        int most = 3 * text.Length;
        if (_utf8.Length < most)
            _utf8 = new byte[2 * most];
        return _utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, _utf8));
    }

    public TokenSpan[] ToSpans()
    {
        var spans = new TokenSpan[Count];
        for (int i = 0; i < Count; i++)
            spans[i] = new TokenSpan(_ids[i], _starts[i], _ends[i]);
        return spans;
    }
}
