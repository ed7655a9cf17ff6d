using Hone.Data.Analysis;
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
        double[] cosines = [.. Enumerable.Range(0, Count).Select(i => 1 - PointDistance.Cosine(vectors[2 * i], vectors[(2 * i) + 1]))];
        return new EmbeddingQuality { Examples = Count, Spearman = RankCorrelation.Spearman(cosines, [.. _pairs.Scored.Select(pair => (double)pair.Score)]) };
    }

    /// <summary>Each anchor among all positives and negatives of the file.</summary>
    EmbeddingQuality Search(Action<int>? onEmbedded, CancellationToken cancel)
    {
        int[][] texts = [.. _pairs.Matching.Select(pair => pair.Anchor), .. _pairs.Matching.Select(pair => pair.Positive), .. _pairs.Matching.SelectMany(pair => pair.Negatives)];
        float[][] vectors = Embed(texts, onEmbedded, cancel);
        float[][] candidates = vectors[Count..];
        var places = new int[Count];
        PointLoop.For(Count, i => places[i] = 1 + NearerThan(candidates[i], vectors[i], candidates), cancel);
        return new EmbeddingQuality { Examples = Count, Candidates = candidates.Length, First = places.Average(place => place == 1 ? 1 : 0), ReciprocalRank = places.Average(place => 1.0 / place) };
    }

    /// <summary>How many candidates are nearer to a text than its partner.</summary>
    static int NearerThan(float[] partner, float[] text, float[][] candidates)
    {
        float own = PointDistance.Squared(text, partner);
        return candidates.Count(candidate => PointDistance.Squared(text, candidate) < own);
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
