using Hone.Engine.Checkpoints;

namespace Hone.Engine.Models;

/// <summary>An encoder: each token sees the whole text, and its hidden state is the result.</summary>
public abstract class EncoderModel(ModelConfig config, ModelWeights weights) : TransformerModel(config, weights)
{
    // The blocks of the encoders here normalise what they return.
    protected override Tensor Normalise(Tape tape, Tensor x) => x;
}
