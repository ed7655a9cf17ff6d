using Hone.Engine.Models;
using Hone.Engine.Training.Objectives;

namespace Hone.Engine.Training.Runs;

/// <summary>Takes examples through the model in parts of bounded size: for the gradients of a batch, or for a score alone.</summary>
/// <param name="recomputesBlocks">Whether activations are computed again on the way back. The results are the same.</param>
sealed class BatchRunner(TransformerModel model, TrainingOptions options, bool recomputesBlocks = false)
{
    readonly Tape _training = new() { IsTraining = true, RecomputesBlocks = recomputesBlocks };
    readonly Tape _inference = new(records: false);
    readonly PackedExamples _packed = new();

    /// <summary>The sums of the last batch or validation.</summary>
    public Score Score { get; } = new();

    /// <summary>Tokens of the last batch.</summary>
    public long Tokens { get; private set; }

    /// <summary>Bytes of the arenas.</summary>
    public long AllocatedBytes => _training.AllocatedBytes + _inference.AllocatedBytes;

    /// <summary>Adds the gradients of a batch to the parameters; false when cancelled halfway.</summary>
    /// <param name="seed">Decides the dropout.</param>
    public bool AddGradients(IObjective objective, ReadOnlySpan<int> batch, ulong seed, CancellationToken cancel)
    {
        double batchWeight = Begin(objective, batch);
        var random = new SeededRandom(seed);
        for (int done = 0; done < batch.Length;)
        {
            if (cancel.IsCancellationRequested)
                return false;
            done += Pack(objective, batch[done..], together: batch.Length);
            _training.Seed = random.NextUInt64();
            _training.Backward(objective.Loss(_training, model, _packed, batchWeight, Score));
            _training.Reset();
        }

        return true;
    }

    /// <summary>Scores examples; false when cancelled halfway.</summary>
    public bool Evaluate(IObjective objective, ReadOnlySpan<int> examples, CancellationToken cancel)
    {
        double weight = Begin(objective, examples);
        for (int done = 0; done < examples.Length;)
        {
            if (cancel.IsCancellationRequested)
                return false;
            done += Pack(objective, examples[done..], together: options.BatchSize);
            objective.Loss(_inference, model, _packed, weight, Score);
            _inference.Reset();
        }

        return true;
    }

    double Begin(IObjective objective, ReadOnlySpan<int> examples)
    {
        Score.Clear();
        Tokens = 0;
        double weight = 0;
        foreach (int example in examples)
        {
            weight += objective.LossWeight(example);
            Tokens += objective.TokenCount(example);
        }

        return weight;
    }

    /// <summary>Packs examples from the first on until the next would exceed the tokens of one part; at least one.</summary>
    /// <param name="together">How many examples, instead, are packed for an objective that contrasts them.</param>
    int Pack(IObjective objective, ReadOnlySpan<int> examples, int together)
    {
        _packed.Clear();
        int tokens = 0;
        int count = 0;
        while (count < examples.Length)
        {
            tokens += objective.TokenCount(examples[count]);
            bool isFull = objective.ContrastsExamples ? count == together : count > 0 && tokens > options.MicroBatchTokens;
            if (isFull)
                break;
            _packed.Add(examples[count], objective);
            count++;
        }

        return count;
    }
}
