using Hone.Engine.Models;

namespace Hone.Engine.Training.Objectives;

/// <summary>What to train for: examples, and the loss of some of them. The trainer knows nothing else about either.</summary>
public interface IObjective
{
    /// <summary>The number of examples.</summary>
    int Count { get; }

    /// <summary>So many of them, the last ones, are general examples, of which each epoch shows a share; see <see cref="Replay"/>.</summary>
    int ReplayCount => 0;

    /// <summary>Whether the loss of an example depends on the others of its batch, which then go through the model together, however many tokens they have.</summary>
    bool ContrastsExamples => false;

    /// <summary>Tokens that the model has to read for an example.</summary>
    int TokenCount(int example);

    /// <summary>How much an example counts in the loss of its batch, which is divided by the sum over the whole batch.</summary>
    double LossWeight(int example);

    /// <summary>A hash of the examples: a run may only go on with those it began with.</summary>
    string Fingerprint { get; }

    /// <summary>Computes, before the first update, what the loss needs from the model as it is then.</summary>
    /// <param name="folder">Where the run keeps its files; null for nowhere.</param>
    void Prepare(TransformerModel model, string? folder, CancellationToken cancel) { }

    /// <summary>Appends the sequences of an example.</summary>
    void Pack(int example, PackedExamples packed);

    /// <summary>The loss of the packed examples as their part of a batch.</summary>
    /// <param name="batchWeight">The sum of <see cref="LossWeight"/> over the whole batch.</param>
    /// <param name="score">Receives the same loss in double, and the accuracy.</param>
    Tensor Loss(Tape tape, TransformerModel model, PackedExamples packed, double batchWeight, Score score);
}
