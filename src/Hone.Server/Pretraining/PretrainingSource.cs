using Hone.Data.Corpora;
using Hone.Data.Pairs;
using Hone.Engine;
using Hone.Engine.Embedding;
using Hone.Engine.Tokenizers;
using Hone.Engine.Training;
using Hone.Engine.Training.Objectives;

namespace Hone.Server.Pretraining;

/// <summary>What a run learns from: text for a decoder, pairs of texts for an encoder.</summary>
abstract class PretrainingSource : IDisposable
{
    public abstract IObjective Training { get; }

    public abstract IObjective Validation { get; }

    /// <summary>Tokens of the whole corpus.</summary>
    public abstract long Tokens { get; }

    /// <summary>Examples of a step.</summary>
    public abstract int BatchSize { get; }

    /// <summary>Tokens of a step, where examples differ in length those of a usual one.</summary>
    public abstract int TokensPerStep { get; }

    public virtual void Dispose() { }
}

/// <summary>Plain text, cut into windows.</summary>
sealed class TextSource : PretrainingSource
{
    readonly TokenFile _tokens;

    public TextSource(TokenFile tokens, PretrainConfig config, int endId)
    {
        _tokens = tokens;
        CorpusWindows windows = new(tokens, config.Context, config.ValidationShare);
        if (windows.TrainingCount == 0)
            throw new HoneException(Text.Of(
                $"The corpus has {tokens.Length} tokens, fewer than one window of {config.Context}. Give more text.",
                $"语料只有 {tokens.Length} 个词元，不足一个 {config.Context} 的窗口。请提供更多文本。"));
        Training = new PlainText(windows.TrainingCount, windows.Length, windows.Training, endId);
        Validation = new PlainText(windows.ValidationCount, windows.Length, windows.Validation, endId);
        BatchSize = Math.Max(1, config.BatchTokens / config.Context);
        TokensPerStep = BatchSize * config.Context;
    }

    public override IObjective Training { get; }

    public override IObjective Validation { get; }

    public override long Tokens => _tokens.Length;

    public override int BatchSize { get; }

    public override int TokensPerStep { get; }

    public override void Dispose()
    {
        _tokens.Dispose();
        base.Dispose();
    }
}

/// <summary>Pairs of texts, each cut at the context.</summary>
sealed class PairSource : PretrainingSource
{
    /// <param name="onTokenised">Is told the pairs and tokens so far.</param>
    /// <param name="onNotice">Is told how many texts were cut.</param>
    public PairSource(IReadOnlyList<string> files, PretrainConfig config, Tokenizer tokenizer, Action<long, long> onTokenised, Action<string> onNotice, CancellationToken cancel)
    {
        List<ContrastiveExample> examples = [];
        int cut = 0;
        foreach (TextPair pair in files.SelectMany(PairReader.Read))
        {
            cancel.ThrowIfCancellationRequested();
            examples.Add(new ContrastiveExample(Encode(pair.Anchor), Encode(pair.Positive), [.. pair.Negatives.Select(Encode)], pair.Line));
            Tokens += examples[^1].Texts.Sum(text => text.Length);
            if (examples.Count % 100_000 == 0)
                onTokenised(examples.Count, Tokens);
        }
        if (cut > 0)
            onNotice(Text.Of($"{Text.Counted(cut, "text was", "texts were")} cut at {config.Context} tokens, the context.", $"{cut:N0} 个文本在 {config.Context} 个词元（context）处被截断。"));

        int kept = (int)(examples.Count * config.ValidationShare);
        int tokensPerPair = examples.Count == 0 ? 1 : (int)Math.Max(1, Tokens / examples.Count);
        BatchSize = Math.Max(2, config.BatchTokens / tokensPerPair);
        TokensPerStep = BatchSize * tokensPerPair;
        if (examples.Count - kept < BatchSize)
            throw new HoneException(Text.Of(
                $"There are {examples.Count} pairs, fewer than one step of {BatchSize} besides those for validation. Give more pairs, or lower batch_tokens.",
                $"只有 {examples.Count} 对文本，除去验证用的部分不足一步所需的 {BatchSize} 对。请提供更多文本对，或减小 batch_tokens。"));

        // Every so many pairs, so that each kind of them is judged.
        int every = kept == 0 ? int.MaxValue : examples.Count / kept;
        Training = Objective([.. examples.Where((_, i) => i % every != every - 1)], config);
        Validation = Objective([.. examples.Where((_, i) => i % every == every - 1)], config);

        int[] Encode(string text)
        {
            int[] tokens = tokenizer.Encode(text);
            cut += tokens.Length > config.Context ? 1 : 0;
            return tokens.Length > config.Context ? tokens[..config.Context] : tokens;
        }
    }

    public override IObjective Training { get; }

    public override IObjective Validation { get; }

    public override long Tokens { get; }

    public override int BatchSize { get; }

    public override int TokensPerStep { get; }

    static Contrastive Objective(ContrastiveExample[] examples, PretrainConfig config) => new(examples, Pooling.Mean, (float)config.Scale, config.Dimensions);
}
