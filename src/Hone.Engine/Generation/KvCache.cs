namespace Hone.Engine.Generation;

/// <summary>The keys and values of one sequence, for every layer, in blocks that it may share with others that begin alike.</summary>
public sealed class KvCache
{
    readonly KvPool _pool;
    readonly List<KvBlock> _blocks = [];

    public KvCache(KvPool pool) => _pool = pool;

    public KvCache(int layers, int width)
        : this(new KvPool(layers, width)) { }

    /// <summary>Tokens whose keys and values are complete in every layer.</summary>
    public int Length { get; private set; }

    /// <summary>Floats of one token's keys: key-value heads × head width.</summary>
    public int Width => _pool.Width;

    /// <summary>Writes a layer's keys and values of the tokens that follow; they count once <see cref="Advance"/> is called. [n, width] each.</summary>
    public void Append(int layer, ReadOnlySpan<float> keys, ReadOnlySpan<float> values)
    {
        int end = Length + keys.Length / Width;
        MakeRoom(end);
        for (int token = Length; token < end;)
        {
            int count = Math.Min(end, BlockEnd(token)) - token;
            int from = (token - Length) * Width;
            keys.Slice(from, count * Width).CopyTo(Keys(layer, token).Span);
            values.Slice(from, count * Width).CopyTo(Values(layer, token).Span);
            token += count;
        }
    }

    /// <summary>A layer's keys from a token to the end of its block. [.., width]</summary>
    public Memory<float> Keys(int layer, int token) => _pool.Keys(_blocks[token / KvPool.BlockTokens], layer)[(token % KvPool.BlockTokens * Width)..];

    /// <summary>A layer's values from a token to the end of its block. [.., width]</summary>
    public Memory<float> Values(int layer, int token) => _pool.Values(_blocks[token / KvPool.BlockTokens], layer)[(token % KvPool.BlockTokens * Width)..];

    /// <summary>The token after the last one in the same block.</summary>
    public static int BlockEnd(int token) => (token / KvPool.BlockTokens + 1) * KvPool.BlockTokens;

    /// <summary>Counts tokens as complete once every layer has them.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Forgets all but the first <paramref name="length"/> tokens.</summary>
    public void Truncate(int length)
    {
        Length = Math.Min(Length, length);
        for (int last = _blocks.Count - 1; last * KvPool.BlockTokens >= Length && last >= 0; last--)
        {
            _pool.Return(_blocks[last]);
            _blocks.RemoveAt(last);
        }
    }

    /// <summary>A cache that begins with the first <paramref name="length"/> tokens of this one and shares their blocks.</summary>
    public KvCache Fork(int length)
    {
        var fork = new KvCache(_pool) { Length = length };
        for (int block = 0; block * KvPool.BlockTokens < length; block++)
        {
            _blocks[block].Users++;
            fork._blocks.Add(_blocks[block]);
        }

        return fork;
    }

    void MakeRoom(int end)
    {
        int tail = Length / KvPool.BlockTokens;
        if (tail < _blocks.Count && _blocks[tail].Users > 1)
            _blocks[tail] = _pool.Unshare(_blocks[tail]);
        while (_blocks.Count * KvPool.BlockTokens < end)
            _blocks.Add(_pool.Rent());
    }
}
