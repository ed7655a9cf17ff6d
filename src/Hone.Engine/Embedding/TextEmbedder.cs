using System.Collections.Concurrent;
using Hone.Engine.Models;
using Hone.Engine.Ops;

namespace Hone.Engine.Embedding;

/// <summary>Turns texts, as tokens, into vectors: many at a time, each with the bits that it has alone.</summary>
/// <remarks>
/// Texts are packed without padding, and attention stays within each, so a vector does not depend on its neighbours. Where there are enough of them, each thread
/// takes a pass through the model of its own, so that no thread waits for another (1.16x for MiniLM-L6 on two threads); few texts share the threads within each product. Not for several threads at once.
/// </remarks>
/// <param name="tokensAtOnce">The most tokens of one pass through the model, unless a single text has more. It bounds the memory.</param>
public sealed class TextEmbedder(TransformerModel model, Pooling pooling, int tokensAtOnce = 4096)
{
    /// <summary>Tokens of a pass on one thread: few enough for the caches, enough that packing the weights is a small part.</summary>
    const int MostTokensAlone = 512;

    const int FewestTokensAlone = 128;

    const int PassesPerThread = 4;

    readonly ConcurrentBag<Tape> _tapes = [];

    /// <summary>The length of the vectors.</summary>
    public int Dimensions => model.Config.HiddenSize;

    /// <summary>The vectors of the texts, in their order, each of length 1.</summary>
    /// <param name="texts">Tokens; none may be empty.</param>
    public float[][] Embed(IReadOnlyList<int[]> texts, CancellationToken cancel = default)
    {
        var vectors = new float[texts.Count][];
        int share = texts.Sum(text => text.Length) / (Workers.Threads * PassesPerThread);
        List<Range> alone = Passes(texts, Math.Min(tokensAtOnce, Math.Clamp(share, FewestTokensAlone, MostTokensAlone)));
        if (alone.Count >= 2 * Workers.Threads)
        {
            Workers.For(alone.Count, i => Embed(texts, alone[i], vectors, cancel));
            return vectors;
        }

        foreach (Range pass in Passes(texts, tokensAtOnce))
            Embed(texts, pass, vectors, cancel);
        return vectors;
    }

    /// <summary>Neighbouring texts with at most so many tokens together.</summary>
    static List<Range> Passes(IReadOnlyList<int[]> texts, int mostTokens)
    {
        List<Range> passes = [];
        for (int first = 0, end; first < texts.Count; first = end)
        {
            int tokens = texts[first].Length;
            for (end = first + 1; end < texts.Count && tokens + texts[end].Length <= mostTokens; end++)
                tokens += texts[end].Length;
            passes.Add(first..end);
        }

        return passes;
    }

    void Embed(IReadOnlyList<int[]> texts, Range pass, float[][] vectors, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        (int first, int count) = pass.GetOffsetAndLength(texts.Count);
        var packed = TokenBatch.Pack([.. texts.Skip(first).Take(count)]);
        Tape tape = _tapes.TryTake(out Tape? idle) ? idle : new Tape(records: false);
        tape.Batch = new TokenBatch
        {
            Ids = packed.Ids,
            Positions = packed.Positions,
            Segments = packed.Segments,
            TargetRows = [.. packed.Segments.SelectMany(segment => pooling.RowsOf(segment))],
        };
        Tensor unit = tape.UnitRows(tape.Pooled(model, pooling), Dimensions);
        for (int i = 0; i < count; i++)
            vectors[first + i] = unit.Row(i).ToArray();
        tape.Reset();
        _tapes.Add(tape);
    }
}
