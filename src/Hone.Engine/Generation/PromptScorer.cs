using Hone.Engine.Adapters;
using Hone.Engine.Models;
using Hone.Engine.Ops;

namespace Hone.Engine.Generation;

/// <summary>How likely a model finds each token of a text after those before it.</summary>
public static class PromptScorer
{
    /// <summary>Few enough that their logits need little memory.</summary>
    internal const int TokensPerPass = 32;

    /// <summary>The log probability of every token but the first, each with the likeliest alternatives.</summary>
    /// <param name="tokens">At most as many as the context has.</param>
    /// <param name="top">How many alternatives.</param>
    public static IReadOnlyList<TokenLogProbability> Score(CausalModel model, int[] tokens, LoraAdapter? adapter, int top, CancellationToken cancel = default)
    {
        var scores = new TokenLogProbability[Math.Max(0, tokens.Length - 1)];
        var tape = new Tape(records: false);
        var cache = new KvCache(model.Config.LayerCount, model.Config.KeyValueHeadCount * model.Config.HeadSize);
        for (int first = 0; first < scores.Length; first += TokensPerPass)
        {
            cancel.ThrowIfCancellationRequested();
            int count = Math.Min(TokensPerPass, scores.Length - first);
            int[] rows = [.. Enumerable.Range(0, count)];
            tape.Reset();
            tape.Batch = new TokenBatch { Ids = tokens[first..(first + count)], Positions = [.. rows.Select(row => first + row)], Segments = [new Segment(0, count, cache, adapter)], TargetRows = rows };
            Tensor logits = tape.Linear(model.Hidden(tape), model.Head);
            int from = first;
            Workers.For(count, row => scores[from + row] = Sampler.LogProbability(logits.Row(row).ToArray(), tokens[from + row + 1], top));
        }

        return scores;
    }
}
