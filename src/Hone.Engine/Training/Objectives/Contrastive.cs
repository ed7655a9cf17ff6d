using Hone.Engine.Embedding;
using Hone.Engine.Models;
using Hone.Engine.Ops;

namespace Hone.Engine.Training.Objectives;

/// <summary>
/// Vectors that find their partner: loss = -log softmax(scale · cos(anchor, ·))[positive] over the positives and negatives of the whole batch, mean over the
/// anchors ("multiple negatives ranking", Henderson et al. 2017).
/// </summary>
/// <param name="pooling">How a text's hidden states become its vector.</param>
/// <param name="scale">What a cosine is multiplied by: the inverse of the temperature.</param>
/// <param name="dimensions">Ends of vectors that are to be useful alone; the loss is the mean over them (Matryoshka, Kusupati et al. 2022). Empty for the whole vector.</param>
public sealed class Contrastive(IReadOnlyList<ContrastiveExample> examples, Pooling pooling, float scale = 20, IReadOnlyList<int>? dimensions = null) : IObjective
{
    public int Count => examples.Count;

    public bool ContrastsExamples => true;

    public string Fingerprint { get; } = ExampleHash.Of(examples.SelectMany(example => example.Texts).Select(text => new TrainingExample(text, [], 0)));

    public int TokenCount(int example) => examples[example].Texts.Sum(text => text.Length);

    public double LossWeight(int example) => 1;

    public void Pack(int example, PackedExamples packed)
    {
        foreach (int[] text in examples[example].Texts)
            packed.Append(text, pooling);
    }

    public Tensor Loss(Tape tape, TransformerModel model, PackedExamples packed, double batchWeight, Score score)
    {
        tape.Batch = packed.ToBatch();
        Tensor pooled = tape.Pooled(model, pooling);
        (int[] anchors, int[] candidates) = Places(packed.Examples);
        IReadOnlyList<int> widths = dimensions is { Count: > 0 } ? dimensions : [pooled.Columns];

        Tensor? sum = null;
        foreach (int width in widths)
        {
            Tensor unit = tape.UnitRows(pooled, width);
            double weight = 1 / (batchWeight * widths.Count);
            Tensor y = tape.Contrast(tape.SelectRows(unit, anchors), tape.SelectRows(unit, candidates), scale, weight, out double loss, out int right, out double reciprocalRanks);
            // The whole vector's accuracy counts, every width's loss.
            bool isWidest = width == widths[0];
            score.Add(loss, isWidest ? right : 0, isWidest ? anchors.Length : 0);
            if (isWidest)
                score.AddReciprocalRanks(reciprocalRanks, anchors.Length);
            sum = sum is null ? y : tape.Sum(sum, y);
        }
        return sum!;
    }

    /// <summary>Where in the batch the anchors stand, and the candidates: the positives in the anchors' order, then the negatives.</summary>
    (int[] Anchors, int[] Candidates) Places(IReadOnlyList<int> packed)
    {
        List<int> anchors = [], positives = [], negatives = [];
        int next = 0;
        foreach (int example in packed)
        {
            anchors.Add(next++);
            positives.Add(next++);
            for (int i = 0; i < examples[example].Negatives.Count; i++)
                negatives.Add(next++);
        }
        return ([.. anchors], [.. positives, .. negatives]);
    }
}
