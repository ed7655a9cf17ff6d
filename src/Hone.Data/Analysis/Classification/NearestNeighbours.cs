namespace Hone.Data.Analysis.Classification;

/// <summary>The class of the nearest known vectors: each of <c>count</c> votes with its similarity.</summary>
/// <param name="points">Of length 1.</param>
/// <param name="classes">Of each point.</param>
public sealed class NearestNeighbours(Points points, IReadOnlyList<int> classes, int count) : IVectorClassifier
{
    public const int DefaultCount = 10;

    public Prediction Predict(ReadOnlySpan<float> vector)
    {
        Neighbour[] near = Neighbours.Of(points, vector, count, PointMetric.Cosine);
        // Opposite directions do not vote against.
        double[] votes = [.. near.Select(one => Math.Max(0, 1 - one.Distance) + 1e-9)];
        var best = near.Zip(votes).GroupBy(pair => classes[pair.First.Index], pair => pair.Second).Select(group => (Class: group.Key, Votes: group.Sum())).MaxBy(group => group.Votes);
        return new Prediction(best.Class, best.Votes / votes.Sum());
    }
}
