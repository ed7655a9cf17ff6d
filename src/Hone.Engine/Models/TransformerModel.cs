using Hone.Engine.Checkpoints;
using Hone.Engine.Ops;

namespace Hone.Engine.Models;

/// <summary>What turns tokens into hidden states: an embedding, blocks and perhaps a last normalisation.</summary>
public abstract class TransformerModel
{
    protected TransformerModel(ModelConfig config, ModelWeights weights)
    {
        Config = config;
        Weights = weights;
    }

    public ModelConfig Config { get; }

    /// <summary>All parameters, in the order in which the model takes them.</summary>
    public IReadOnlyList<Parameter> Parameters => Weights.Parameters;

    /// <summary>The layers that LoRA can adapt; a head is not one of them.</summary>
    public IReadOnlyList<Linear> Linears => Weights.Linears;

    protected ModelWeights Weights { get; }

    protected IBlock[] Blocks { get; init; } = [];

    /// <summary>The hidden states of the batch's target rows, after the last normalisation. [n, D]</summary>
    public Tensor Hidden(Tape tape)
    {
        RequireKnown(tape.Batch.Ids);
        RequireKnown(tape.Batch.Targets);
        Tensor x = Embed(tape);
        foreach (IBlock block in Blocks)
            x = tape.Block(x, block);
        foreach (Segment segment in tape.Batch.Segments)
            segment.Cache?.Advance(segment.Length);
        return Normalise(tape, tape.SelectRows(x, tape.Batch.TargetRows));
    }

    void RequireKnown(ReadOnlySpan<int> ids)
    {
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)Config.VocabSize)
                throw new HoneException(Text.Of(
                    $"The text contains the token {id}; the model's tokens are 0 to {Config.VocabSize - 1}. Does its tokenizer belong to it?",
                    $"文本含有词元 {id}，而模型的词元是 0 到 {Config.VocabSize - 1}。分词器与模型匹配吗？"));
        }
    }

    /// <summary>[T, D]</summary>
    protected abstract Tensor Embed(Tape tape);

    protected abstract Tensor Normalise(Tape tape, Tensor x);
}
