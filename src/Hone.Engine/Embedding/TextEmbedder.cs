using Hone.Engine.Models;
using Hone.Engine.Ops;

namespace Hone.Engine.Embedding;

/// <summary>Turns texts, as tokens, into vectors: many at a time, each with the bits that it has alone.</summary>
/// <remarks>Texts are packed without padding, and attention stays within each, so a vector does not depend on its neighbours. Not for several threads at once.</remarks>
/// <param name="tokensAtOnce">The most tokens of one pass through the model, unless a single text has more. It bounds the memory.</param>
public sealed class TextEmbedder(TransformerModel model, Pooling pooling, int tokensAtOnce = 4096)
{
    readonly Tape _tape = new(records: false);

    /// <summary>The length of the vectors.</summary>
    public int Dimensions => model.Config.HiddenSize;

    /// <summary>The vectors of the texts, in their order, each of length 1.</summary>
    /// <param name="texts">Tokens; none may be empty.</param>
    public float[][] Embed(IReadOnlyList<int[]> texts, CancellationToken cancel = default)
    {
        var vectors = new float[texts.Count][];
        for (int done = 0; done < texts.Count;)
        {
            cancel.ThrowIfCancellationRequested();
            int count = CountAtOnce(texts, done);
            Embed(texts, done, count, vectors);
            done += count;
        }
        return vectors;
    }

    int CountAtOnce(IReadOnlyList<int[]> texts, int first)
    {
        int tokens = texts[first].Length;
        int end = first + 1;
        while (end < texts.Count && tokens + texts[end].Length <= tokensAtOnce)
            tokens += texts[end++].Length;
        return end - first;
    }

    void Embed(IReadOnlyList<int[]> texts, int first, int count, float[][] vectors)
    {
        var packed = TokenBatch.Pack([.. texts.Skip(first).Take(count)]);
        _tape.Batch = new TokenBatch
        {
            Ids = packed.Ids,
            Positions = packed.Positions,
            Segments = packed.Segments,
            TargetRows = [.. packed.Segments.SelectMany(segment => pooling.RowsOf(segment))],
        };
        Tensor unit = _tape.UnitRows(_tape.Pooled(model, pooling), Dimensions);
        for (int i = 0; i < count; i++)
            vectors[first + i] = unit.Row(i).ToArray();
        _tape.Reset();
    }
}
