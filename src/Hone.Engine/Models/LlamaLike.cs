using Hone.Engine.Checkpoints;
using Hone.Engine.Ops;

namespace Hone.Engine.Models;

/// <summary>The frame of Llama-like models: rotary positions, root mean square norms, an embedding without positions.</summary>
abstract class LlamaLike : CausalModel
{
    readonly Parameter _embedding;
    readonly Parameter _norm;

    /// <param name="block">Makes a block from its weights, the rotary table of its kind of layer and its number.</param>
    protected LlamaLike(ModelConfig config, ModelWeights weights, Func<ModelWeights, RopeTable, int, IBlock> block)
        : base(config, weights)
    {
        config.RequireActivation(Activation.Silu);
        ModelWeights model = weights.At("model");
        RopeTable rope = Table(config.Rope, config);
        RopeTable slidingRope = config.SlidingRope == config.Rope ? rope : Table(config.SlidingRope, config);
        _embedding = model.Matrix("embed_tokens.weight", config.VocabSize, config.HiddenSize);
        var blocks = new IBlock[config.LayerCount];
        for (int layer = 0; layer < blocks.Length; layer++)
            blocks[layer] = block(model.At($"layers.{layer}"), config.Windows[layer] is null ? rope : slidingRope, layer);
        Blocks = blocks;
        _norm = model.Vector("norm.weight", config.HiddenSize);
        Parameter head = config.TieWordEmbeddings ? _embedding : weights.Matrix("lm_head.weight", config.VocabSize, config.HiddenSize);
        Head = new Linear("lm_head", head, bias: null);
    }

    static RopeTable Table(RopeConfig rope, ModelConfig config)
    {
        if (rope.RotatedSize(config.HeadSize) != config.HeadSize)
            throw new HoneException(Text.Of(
                $"config.json rotates {rope.RotatedSize(config.HeadSize)} of the {config.HeadSize} dimensions of a head (partial_rotary_factor), which is not supported for the model_type \"{config.ModelType}\"; expected all of them.",
                $"config.json 只旋转每个头 {config.HeadSize} 维中的 {rope.RotatedSize(config.HeadSize)} 维（partial_rotary_factor），model_type \"{config.ModelType}\" 不支持；应旋转全部维度。"));
        return new RopeTable(rope.InverseFrequencies(config.HeadSize), (float)rope.AttentionScale);
    }

    protected override Tensor Embed(Tape tape) => tape.Embed(_embedding, tape.Batch.Ids);

    protected override Tensor Normalise(Tape tape, Tensor x) => tape.RmsNorm(x, _norm, Config.NormEpsilon);
}
