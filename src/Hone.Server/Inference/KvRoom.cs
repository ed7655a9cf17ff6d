using Hone.Engine.Checkpoints;
using Hone.Engine.Generation;

namespace Hone.Server.Inference;

/// <summary>The memory for keys and values of one base model, given out before it is needed: a text that has begun never lacks it.</summary>
sealed class KvRoom
{
    readonly int _context;
    int _free;

    /// <param name="bytes">The most that may be used; one text as long as the context is always possible.</param>
    public KvRoom(ModelConfig config, long bytes, InferenceLimits limits)
    {
        _context = config.MaxPositions;
        int whole = BlocksOf(_context);
        long blockBytes = 2L * config.LayerCount * KvPool.BlockTokens * config.KeyValueHeadCount * config.HeadSize * sizeof(float);
        long wanted = (long)(limits.MaxRunning + 1) * whole;
        int blocks = (int)Math.Clamp(Math.Min(bytes / blockBytes, wanted), 2L * whole, int.MaxValue);
        int kept = Math.Max(blocks / 4, whole);
        KeptPromptTokens = kept * KvPool.BlockTokens;
        Bytes = blocks * blockBytes;
        _free = blocks - kept;
    }

    /// <summary>What is used at most.</summary>
    public long Bytes { get; }

    /// <summary>Tokens of earlier prompts that stay.</summary>
    public int KeptPromptTokens { get; }

    /// <summary>What a text needs at most.</summary>
    public int Blocks(int promptTokens, int? maxTokens) => BlocksOf((int)Math.Min(_context, promptTokens + (long)(maxTokens ?? _context)));

    public bool TryTake(int blocks)
    {
        if (_free < blocks)
            return false;
        _free -= blocks;
        return true;
    }

    public void Return(int blocks) => _free += blocks;

    static int BlocksOf(int tokens) => (tokens + KvPool.BlockTokens - 1) / KvPool.BlockTokens;
}
