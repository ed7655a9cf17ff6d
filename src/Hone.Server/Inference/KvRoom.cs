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
        int whole = GenerationMemory.Blocks(_context);
        long blockBytes = GenerationMemory.BlockBytes(config);
        long wanted = (long)(limits.MaxRunning + 1) * whole;
        int blocks = (int)Math.Clamp(Math.Min(bytes / blockBytes, wanted), whole + 1L, int.MaxValue);
        int kept = blocks < 2 * whole ? blocks - whole : Math.Max(blocks / 4, whole);
        KeptPromptTokens = kept * KvPool.BlockTokens;
        Bytes = blocks * blockBytes;
        _free = blocks - kept;
    }

    /// <summary>What is used at most.</summary>
    public long Bytes { get; }

    /// <summary>Tokens of earlier prompts that stay.</summary>
    public int KeptPromptTokens { get; }

    /// <summary>What a text needs at most.</summary>
    public int Blocks(int promptTokens, int? maxTokens) => GenerationMemory.Blocks((int)Math.Min(_context, promptTokens + (long)(maxTokens ?? _context)));

    public bool TryTake(int blocks)
    {
        if (_free < blocks)
            return false;
        _free -= blocks;
        return true;
    }

    public void Return(int blocks) => _free += blocks;
}
