namespace Hone.Data.Analysis.Classification;

/// <summary>The class whose description is nearest, without any training: zero-shot classification.</summary>
/// <param name="descriptions">A vector of length 1 for each class.</param>
public sealed class NearestDescription(Points descriptions) : IVectorClassifier
{
    /// <remarks>The confidence is the lead over the second best class, from 0 to 1: cosines of one model are seldom far apart.</remarks>
    public Prediction Predict(ReadOnlySpan<float> vector)
    {
        Neighbour[] near = Neighbours.Of(descriptions, vector, 2, PointMetric.Cosine);
        return new Prediction(near[0].Index, near.Length == 1 ? 1 : Math.Clamp(near[1].Distance - near[0].Distance, 0, 1));
    }
}
