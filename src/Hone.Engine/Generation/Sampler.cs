using System.Numerics.Tensors;
using Hone.Engine.Kernels;

namespace Hone.Engine.Generation;

/// <summary>Chooses a token from the logits, in the steps that <see cref="SamplingOptions"/> lists.</summary>
static class Sampler
{
    const int SumBlock = 1024;

    [ThreadStatic]
    static float[]? _weights;

    /// <summary>The token that continues a sequence, and its log probability where that is asked for.</summary>
    /// <param name="logits">At the place after the sequence's last token; they are changed. [V]</param>
    public static (int Token, TokenLogProbability? LogProbability) Choose(Span<float> logits, TokenSequence sequence)
    {
        SamplingOptions options = sequence.Options;
        float[]? unmodified = options.TopLogProbabilities is null ? null : logits.ToArray();
        foreach ((int id, float bias) in options.LogitBias)
            logits[id] += bias;
        sequence.Counts.Penalise(logits);
        sequence.Constraint?.Apply(logits);

        int likeliest = TensorPrimitives.IndexOfMax(logits);
        if (!float.IsFinite(logits[likeliest]))
        {
            throw new HoneException(Text.Of(
                "The model computes no finite logits for this text. Its weights may be damaged; verify or download the model again.",
                "模型对这段文本算出的 logit 不是有限的数。权重可能已损坏；请校验或重新下载模型。"));
        }

        int token = options.Temperature == 0
            ? likeliest
            : Draw(logits, logits[likeliest], options, CounterRandom.NextDouble(sequence.Seed, sequence.Choice, sequence.Tokens.Count));
        return (token, unmodified is null ? null : LogProbability(unmodified, token, options.TopLogProbabilities!.Value));
    }

    static int Draw(ReadOnlySpan<float> logits, float largest, SamplingOptions options, double random)
    {
        if (_weights is null || _weights.Length < logits.Length)
            _weights = new float[logits.Length];
        Span<float> weights = _weights.AsSpan(0, logits.Length); // exp(z - the largest z): 1 for the likeliest
        TensorPrimitives.Subtract(logits, largest, weights);
        TensorPrimitives.Divide(weights, options.Temperature, weights);
        TensorPrimitives.Exp(weights, weights);

        if (options.TopK > 0 && options.TopK < weights.Length)
        {
            TokenCut.Item last = TokenCut.Largest(weights, options.TopK)[^1];
            new TokenCut(last.Value, last.Id).Apply(weights);
        }

        if (options.TopP < 1)
            TokenCut.ForShare(weights, Total(weights), options.TopP).Apply(weights);
        if (options.MinP > 0)
            new TokenCut(options.MinP, int.MaxValue).Apply(weights);
        return Find(weights, random * Total(weights));
    }

    /// <summary>Sums block by block, so that <see cref="Find"/> can skip blocks without a different rounding.</summary>
    static double Total(ReadOnlySpan<float> weights)
    {
        double total = 0;
        for (int first = 0; first < weights.Length; first += SumBlock)
            total += Sums.InDouble(weights.Slice(first, Math.Min(SumBlock, weights.Length - first)));
        return total;
    }

    /// <summary>The token in whose stretch a point lies, when the weights are laid end to end in the order of ids.</summary>
    static int Find(ReadOnlySpan<float> weights, double point)
    {
        double before = 0;
        int last = 0;
        for (int first = 0; first < weights.Length; first += SumBlock)
        {
            ReadOnlySpan<float> block = weights.Slice(first, Math.Min(SumBlock, weights.Length - first));
            double sum = Sums.InDouble(block);
            if (before + sum <= point)
            {
                before += sum;
                continue;
            }

            for (int i = 0; i < block.Length; i++)
            {
                if (block[i] <= 0)
                    continue;
                last = first + i;
                before += block[i];
                if (before > point)
                    return last;
            }
        }

        return last;
    }

    /// <summary>log softmax(z), in double.</summary>
    internal static TokenLogProbability LogProbability(float[] logits, int token, int count)
    {
        float largest = TensorPrimitives.Max<float>(logits);
        TokenCut.Item[] top = TokenCut.Largest(logits, count);
        float chosen = logits[token];
        TensorPrimitives.Subtract(logits, largest, logits);
        TensorPrimitives.Exp<float>(logits, logits);
        double logSum = largest + Math.Log(Sums.InDouble(logits));
        return new TokenLogProbability(token, (float)(chosen - logSum), [.. top.Select(item => new TokenScore(item.Id, (float)(item.Value - logSum)))]);
    }
}
