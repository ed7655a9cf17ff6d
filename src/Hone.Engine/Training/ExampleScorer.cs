using Hone.Engine.Models;
using Hone.Engine.Ops;
using Hone.Engine.Training.Objectives;

namespace Hone.Engine.Training;

/// <summary>How probable a model finds the targets of examples.</summary>
public sealed class ExampleScorer(CausalModel model)
{
    const int TokensAtOnce = 4096;

    readonly Tape _tape = new(records: false);
    readonly PackedExamples _packed = new();

    /// <summary>Σ log p(target) over the targets of each example.</summary>
    public double[] LogProbabilities(IReadOnlyList<TrainingExample> examples, CancellationToken cancel = default)
    {
        var scores = new double[examples.Count];
        for (int first = 0; first < examples.Count;)
        {
            cancel.ThrowIfCancellationRequested();
            _packed.Clear();
            int count = 0;
            while (first + count < examples.Count && (count == 0 || _packed.Length + examples[first + count].Ids.Length <= TokensAtOnce))
            {
                _packed.Append(examples[first + count].Ids, examples[first + count].Weights);
                count++;
            }

            Score(scores.AsSpan(first, count));
            first += count;
        }

        return scores;
    }

    void Score(Span<double> scores)
    {
        _tape.Batch = _packed.ToBatch();
        Tensor logProbs = _tape.TargetLogProbs(model.Hidden(_tape), model.Head, _tape.Batch.Targets, _packed.IsBest);
        for (int i = 0; i < scores.Length; i++)
        {
            foreach (float logProb in logProbs.Data[_packed.TargetsOf(i)])
                scores[i] += logProb;
        }

        _tape.Reset();
    }
}
