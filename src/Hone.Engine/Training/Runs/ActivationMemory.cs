using Hone.Engine.Checkpoints;
using Hone.Engine.Ops;
using Hone.Engine.Training.Objectives;

namespace Hone.Engine.Training.Runs;

/// <summary>How much memory the activations of a pass take, to decide whether they can be kept for the way back.</summary>
static class ActivationMemory
{
    /// <summary>The share of the free memory that activations may take: the estimate is rough, and others use the machine too.</summary>
    const double UsableShare = 0.7;

    /// <summary>Bytes of the activations that the way back needs, for all layers. The head's are bounded elsewhere.</summary>
    public static long Bytes(ModelConfig config, long tokens)
    {
        long queries = config.HeadCount * config.HeadSize;
        long keys = config.KeyValueHeadCount * config.HeadSize;
        // Per block: the residual stream twice, queries, attended values, keys, values, and the two inner products of the feed-forward part.
        long perLayer = (2 * config.HiddenSize) + (2 * queries) + (2 * keys) + (2 * config.IntermediateSize);
        return tokens * perLayer * config.LayerCount * sizeof(float);
    }

    /// <summary>Bytes of the head's probabilities, of which no more are kept at once.</summary>
    public static long HeadBytes(ModelConfig config, long tokens) => Math.Min(TargetLogProbsOp.KeptBytes, tokens * config.VocabSize * sizeof(float));

    /// <summary>The most tokens that one pass of a run takes.</summary>
    public static long LargestPass(IObjective objective, TrainingOptions options)
    {
        long longest = 0;
        long all = 0;
        for (int i = 0; i < objective.Count; i++)
        {
            longest = Math.Max(longest, objective.TokenCount(i));
            all += objective.TokenCount(i);
        }

        long batch = Math.Min(all, longest * options.BatchSize);
        return objective.ContrastsExamples ? batch : Math.Max(longest, Math.Min(batch, options.MicroBatchTokens));
    }

    /// <summary>Bytes that activations may take.</summary>
    public static long Limit() => (long)(UsableShare * Math.Max(0, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet));
}
