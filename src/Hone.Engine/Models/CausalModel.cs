using Hone.Engine.Checkpoints;
using Hone.Engine.Ops;

namespace Hone.Engine.Models;

/// <summary>A decoder language model: each token sees those before it, and a head over the vocabulary says which comes next.</summary>
public abstract class CausalModel(ModelConfig config, ModelWeights weights) : TransformerModel(config, weights)
{
    /// <summary>The output head; its weight is the embedding table when the two are tied.</summary>
    public Linear Head { get; protected init; } = null!;

    /// <summary>The model of an objective that predicts tokens.</summary>
    /// <exception cref="ArgumentException">The model is an encoder.</exception>
    public static CausalModel Of(TransformerModel model) =>
        model as CausalModel ?? throw new ArgumentException($"A model of type {model.Config.ModelType} predicts no tokens.", nameof(model));

    /// <summary>The logits of the batch's target rows. [n, V]</summary>
    public Tensor Logits(Tape tape) => tape.Linear(Hidden(tape), Head);
}
