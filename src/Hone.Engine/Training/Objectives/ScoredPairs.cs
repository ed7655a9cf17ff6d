using Hone.Engine.Embedding;
using Hone.Engine.Models;
using Hone.Engine.Ops;

namespace Hone.Engine.Training.Objectives;

/// <summary>Vectors whose cosines have the order of given scores: the loss of <see cref="CosentOp"/> over each batch.</summary>
/// <param name="pooling">How a text's hidden states become its vector.</param>
/// <param name="scale">What a difference of cosines is multiplied by: the inverse of the temperature.</param>
/// <param name="dimensions">As in <see cref="Contrastive"/>.</param>
public sealed class ScoredPairs(IReadOnlyList<ScoredPair> pairs, Pooling pooling, float scale = 20, IReadOnlyList<int>? dimensions = null) : IObjective
{
    public int Count => pairs.Count;

    public bool ContrastsExamples => true;

    public string Fingerprint { get; } = ExampleHash.Of(pairs.SelectMany(pair => (TrainingExample[])[new(pair.First, [pair.Score], 0), new(pair.Second, [], 0)]));

    public int TokenCount(int example) => pairs[example].First.Length + pairs[example].Second.Length;

    public double LossWeight(int example) => 1;

    public void Pack(int example, PackedExamples packed)
    {
        packed.Append(pairs[example].First, pooling);
        packed.Append(pairs[example].Second, pooling);
    }

    public Tensor Loss(Tape tape, TransformerModel model, PackedExamples packed, double batchWeight, Score score)
    {
        tape.Batch = packed.ToBatch();
        Tensor pooled = tape.Pooled(model, pooling);
        float[] scores = [.. packed.Examples.Select(example => pairs[example].Score)];
        int[] first = [.. scores.Select((_, i) => 2 * i)], second = [.. first.Select(row => row + 1)];
        IReadOnlyList<int> widths = dimensions is { Count: > 0 } ? dimensions : [pooled.Columns];

        Tensor? sum = null;
        foreach (int width in widths)
        {
            Tensor unit = tape.UnitRows(pooled, width);
            var cosines = new double[scores.Length];
            // The pairs of a batch have one loss together, and as many as they are weight.
            double weight = scores.Length / (batchWeight * widths.Count);
            Tensor y = tape.Cosent(tape.SelectRows(unit, first), tape.SelectRows(unit, second), scores, scale, weight, cosines, out double loss);
            bool isWidest = width == widths[0];
            score.Add(loss, right: 0, judged: 0);
            if (isWidest)
                score.AddRanked(cosines, scores);
            sum = sum is null ? y : tape.Sum(sum, y);
        }
        return sum!;
    }
}
