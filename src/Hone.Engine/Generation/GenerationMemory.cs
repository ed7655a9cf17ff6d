using Hone.Engine.Checkpoints;

namespace Hone.Engine.Generation;

/// <summary>How much memory the texts of a model take besides its weights, from the shapes alone: an upper bound that is near.</summary>
public static class GenerationMemory
{
    /// <summary>Copies of a row of logits that choosing a token makes.</summary>
    const int CopiesOfLogits = 4;

    /// <summary>Bytes of the keys and values of <see cref="KvPool.BlockTokens"/> tokens.</summary>
    public static long BlockBytes(ModelConfig config) => 2L * config.LayerCount * KvPool.BlockTokens * config.KeyValueHeadCount * config.HeadSize * sizeof(float);

    /// <summary>Blocks of keys and values that so many tokens take.</summary>
    public static int Blocks(int tokens) => (tokens + KvPool.BlockTokens - 1) / KvPool.BlockTokens;

    /// <summary>Bytes of the activations of a <see cref="GenerationSession"/>, keys and values not counted.</summary>
    /// <param name="sequences">That continue together.</param>
    public static long OfSession(ModelConfig config, int sequences)
    {
        int rows = Math.Max(sequences, GenerationSession.PromptTokensPerPass);
        return OfTape(config, rows, sequences) + OfThreads(config);
    }

    /// <summary>Bytes of <see cref="PromptScorer"/> for a text as long as the context, its keys and values among them.</summary>
    public static long OfScoring(ModelConfig config) =>
        OfTape(config, PromptScorer.TokensPerPass, PromptScorer.TokensPerPass) + Blocks(config.MaxPositions) * BlockBytes(config);

    /// <summary>What the tensors of one pass take: those of a block, which are released at its end, and the logits.</summary>
    static long OfTape(ModelConfig config, int rows, int logitRows)
    {
        long queries = (long)config.HeadCount * config.HeadSize;
        long keys = (long)config.KeyValueHeadCount * config.HeadSize;
        // The residual stream in and out, two norms and the sum between; projections before and after they are rotated or split; attended values; the inner products.
        long perRow = (6L * config.HiddenSize) + (4 * queries) + (4 * keys) + (3L * config.IntermediateSize) + config.HeadCount;
        long floats = (rows * perRow) + ((long)logitRows * (config.VocabSize + (2L * config.HiddenSize)));
        return TensorPool.BytesFor(floats);
    }

    /// <summary>Each thread's room for the scores of a stretch of queries against the whole context, and for the logits of a row.</summary>
    static long OfThreads(ModelConfig config) =>
        Workers.Threads * ((2L * Ops.AttentionOp.QueriesPerBlock * config.MaxPositions) + ((long)CopiesOfLogits * config.VocabSize)) * sizeof(float);
}
