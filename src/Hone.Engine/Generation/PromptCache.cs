using Hone.Engine.Adapters;

namespace Hone.Engine.Generation;

/// <summary>Prompts whose keys and values were computed, the latest used first, so that prompts that begin alike need not compute them again. Those of each adapter are its own.</summary>
/// <remarks>Tokens of continuations are not kept: they were computed one by one, and a prompt must get the same bits whether its beginning was kept or not.</remarks>
/// <param name="maxTokens">How much is kept; prompts in use share their blocks and cost nothing more.</param>
sealed class PromptCache(int maxTokens)
{
    readonly LinkedList<Entry> _entries = [];
    int _tokens;

    /// <summary>Keeps the keys and values of a prompt, and as little as possible of those it begins with.</summary>
    public void Add(int[] prompt, LoraAdapter? adapter, KvCache cache)
    {
        _entries.AddFirst(new Entry(prompt, adapter, cache.Fork(prompt.Length)));
        _tokens += Room(prompt);
        for (LinkedListNode<Entry>? node = _entries.First!.Next; node is not null;)
        {
            LinkedListNode<Entry>? next = node.Next;
            if (ReferenceEquals(node.Value.Adapter, adapter) && CommonPrefix(node.Value.Prompt, prompt) == node.Value.Prompt.Length)
                Remove(node);
            node = next;
        }

        while (_tokens > maxTokens)
            Remove(_entries.Last!);
    }

    /// <summary>How many tokens at the beginning of a prompt are kept, and a cache that shares them. The last token is always left: its logits are wanted.</summary>
    public (int Length, KvCache? Cache) Find(int[] prompt, LoraAdapter? adapter)
    {
        int longest = 0;
        LinkedListNode<Entry>? best = null;
        for (LinkedListNode<Entry>? node = _entries.First; node is not null; node = node.Next)
        {
            if (!ReferenceEquals(node.Value.Adapter, adapter))
                continue;
            int length = Math.Min(CommonPrefix(node.Value.Prompt, prompt), prompt.Length - 1);
            if (length > longest)
                (longest, best) = (length, node);
        }

        if (best is null)
            return (0, null);
        _entries.Remove(best);
        _entries.AddFirst(best);
        return (longest, best.Value.Cache.Fork(longest));
    }

    /// <summary>Forgets the prompts that were computed with an adapter.</summary>
    public void Forget(LoraAdapter adapter)
    {
        for (LinkedListNode<Entry>? node = _entries.First; node is not null;)
        {
            LinkedListNode<Entry>? next = node.Next;
            if (ReferenceEquals(node.Value.Adapter, adapter))
                Remove(node);
            node = next;
        }
    }

    public static int CommonPrefix(ReadOnlySpan<int> a, ReadOnlySpan<int> b) => a.CommonPrefixLength(b);

    /// <summary>Tokens for which a prompt keeps memory: its last block is its own.</summary>
    static int Room(int[] prompt) => (prompt.Length + KvPool.BlockTokens - 1) / KvPool.BlockTokens * KvPool.BlockTokens;

    void Remove(LinkedListNode<Entry> node)
    {
        _entries.Remove(node);
        _tokens -= Room(node.Value.Prompt);
        node.Value.Cache.Truncate(0);
    }

    readonly record struct Entry(int[] Prompt, LoraAdapter? Adapter, KvCache Cache);
}
