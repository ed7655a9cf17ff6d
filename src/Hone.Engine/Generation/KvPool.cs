namespace Hone.Engine.Generation;

/// <summary>Memory for the keys and values of a model's sequences, in blocks of <see cref="BlockTokens"/> tokens that sequences share and that are used again.</summary>
/// <remarks>Not thread-safe: a pool, its caches and their sequences belong to one thread.</remarks>
/// <param name="width">Floats of one token's keys in one layer: key-value heads × head width.</param>
public sealed class KvPool(int layers, int width)
{
    /// <summary>Tokens of a block.</summary>
    public const int BlockTokens = 128;

    readonly Stack<KvBlock> _free = [];

    public int Width => width;

    /// <summary>Bytes of all blocks, used or free.</summary>
    public long AllocatedBytes { get; private set; }

    int LayerLength => BlockTokens * width;

    /// <summary>A block with one user, with whatever was in it before.</summary>
    internal KvBlock Rent()
    {
        if (!_free.TryPop(out KvBlock? block))
        {
            float[] floats = GC.AllocateUninitializedArray<float>(checked(2 * layers * LayerLength), pinned: true);
            AllocatedBytes += (long)floats.Length * sizeof(float);
            block = new KvBlock(floats);
        }

        block.Users = 1;
        return block;
    }

    /// <summary>Takes one user from a block and makes it free after the last.</summary>
    internal void Return(KvBlock block)
    {
        if (--block.Users == 0)
            _free.Push(block);
    }

    /// <summary>A copy with one user, in place of one use of the original.</summary>
    internal KvBlock Unshare(KvBlock block)
    {
        KvBlock copy = Rent();
        block.Floats.CopyTo(copy.Floats.AsSpan());
        Return(block);
        return copy;
    }

    /// <summary>A layer's keys in a block. [BlockTokens, width]</summary>
    internal Memory<float> Keys(KvBlock block, int layer) => block.Floats.AsMemory(2 * layer * LayerLength, LayerLength);

    /// <summary>A layer's values in a block. [BlockTokens, width]</summary>
    internal Memory<float> Values(KvBlock block, int layer) => block.Floats.AsMemory((2 * layer + 1) * LayerLength, LayerLength);
}

/// <summary>The keys and values of some tokens in every layer, and how many sequences use them.</summary>
sealed class KvBlock(float[] floats)
{
    public float[] Floats => floats;

    public int Users { get; set; }
}
