using System.Numerics.Tensors;
using Hone.Data.Checks;
using Hone.Data.Pairs;
using Hone.Engine;
using Hone.Engine.Embedding;

namespace Hone.Data.Evaluation;

/// <summary>How good the vectors of a model are on pairs of texts: whether their cosines have the order of scores, or whether a text finds its partner among all.</summary>
public sealed class EmbeddingEvaluation
{
    const int TextsAtOnce = 256;

    readonly EmbeddingModel _model;
    readonly PairData _pairs;
    readonly int _dimensions;

    /// <param name="dimensions">How many numbers of each vector count; null for all.</param>
    /// <exception cref="HoneException">The file holds no pairs, a text is too long, or the model's vectors are shorter.</exception>
    public EmbeddingEvaluation(EmbeddingModel model, string path, int? dimensions = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireDimensions(dimensions);
        (_model, _dimensions) = (model, dimensions ?? model.Dimensions);
        _pairs = PairData.Load(path, model, new TrainingLimits(model.MaxTokens) { MinimumExamples = 1, MaximumTokens = long.MaxValue }, cancel);
    }

    public int Count => _pairs.Count;

    /// <summary>What the file was recognised as, for people.</summary>
    public string Description => _pairs.Description;

    /// <summary>The texts that are embedded.</summary>
    public int TextCount => _pairs.Kind == PairKind.Scored ? 2 * Count : _pairs.Matching.Sum(pair => 2 + pair.Negatives.Count);

    /// <param name="onEmbedded">Is told the number of texts so far.</param>
    public EmbeddingQuality Run(Action<int>? onEmbedded = null, CancellationToken cancel = default) =>
        _pairs.Kind == PairKind.Scored ? Order(onEmbedded, cancel) : Search(onEmbedded, cancel);

    EmbeddingQuality Order(Action<int>? onEmbedded, CancellationToken cancel)
    {
        float[][] vectors = Embed([.. _pairs.Scored.SelectMany(pair => (int[][])[pair.First, pair.Second])], onEmbedded, cancel);
        double[] cosines = [.. Enumerable.Range(0, Count).Select(i => (double)TensorPrimitives.Dot(vectors[2 * i], vectors[(2 * i) + 1]))];
        return new EmbeddingQuality { Examples = Count, Spearman = RankCorrelation.Spearman(cosines, [.. _pairs.Scored.Select(pair => (double)pair.Score)]) };
    }

    /// <summary>Each anchor among all positives and negatives of the file.</summary>
    EmbeddingQuality Search(Action<int>? onEmbedded, CancellationToken cancel)
    {
        int[][] texts = [.. _pairs.Matching.Select(pair => pair.Anchor), .. _pairs.Matching.Select(pair => pair.Positive), .. _pairs.Matching.SelectMany(pair => pair.Negatives)];
        float[][] vectors = Embed(texts, onEmbedded, cancel);
        ReadOnlySpan<float[]> candidates = vectors.AsSpan(Count);
        (int first, double reciprocal) = (0, 0);
        for (int i = 0; i < Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            float own = TensorPrimitives.Dot(vectors[i], candidates[i]);
            int place = 1;
            foreach (float[] candidate in candidates)
                place += TensorPrimitives.Dot(vectors[i], candidate) > own ? 1 : 0;
            first += place == 1 ? 1 : 0;
            reciprocal += 1.0 / place;
        }
        return new EmbeddingQuality { Examples = Count, Candidates = candidates.Length, First = (double)first / Count, ReciprocalRank = reciprocal / Count };
    }

    float[][] Embed(int[][] texts, Action<int>? onEmbedded, CancellationToken cancel)
    {
        TextEmbedder embedder = new(_model.Transformer, _model.Pooling);
        List<float[]> vectors = new(texts.Length);
        foreach (int[][] part in texts.Chunk(TextsAtOnce))
        {
            vectors.AddRange(embedder.Embed(part, cancel).Select(vector => EmbeddingModel.Shortened(vector, _dimensions)));
            onEmbedded?.Invoke(vectors.Count);
        }
        return [.. vectors];
    }
}
