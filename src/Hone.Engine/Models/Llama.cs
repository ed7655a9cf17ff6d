using Hone.Engine.Checkpoints;
using Hone.Engine.Ops;

namespace Hone.Engine.Models;

/// <summary>Llama 2 and 3 (Touvron et al. 2023; Llama team 2024), <c>model_type</c> "llama".</summary>
sealed class Llama : LlamaLike
{
    Llama(ModelConfig config, ModelWeights weights)
        : base(config, weights, (block, rope, layer) =>
            new LlamaBlock(block, config, rope, layer, config.AttentionBias, config.AttentionBias, window: 0)) { }

    public static CausalModel Create(ModelConfig config, WeightSource source) => new Llama(config, new ModelWeights(source));
}

/// <summary>A block of Llama and the families that differ from it by biases or a window.</summary>
sealed class LlamaBlock : IBlock
{
    readonly Parameter _attentionNorm;
    readonly Parameter _mlpNorm;
    readonly Linear _query;
    readonly Linear _key;
    readonly Linear _value;
    readonly Linear _output;
    readonly GatedMlp _mlp;
    readonly AttentionShape _shape;
    readonly RopeTable _rope;
    readonly float _epsilon;
    readonly int _layer;

    public LlamaBlock(ModelWeights weights, ModelConfig config, RopeTable rope, int layer, bool hasInputBias, bool hasOutputBias, int window)
    {
        int width = config.HiddenSize;
        int queries = config.HeadCount * config.HeadSize;
        int keys = config.KeyValueHeadCount * config.HeadSize;
        ModelWeights attention = weights.At("self_attn");
        _attentionNorm = weights.Vector("input_layernorm.weight", width);
        _query = attention.Linear("q_proj", queries, width, hasInputBias);
        _key = attention.Linear("k_proj", keys, width, hasInputBias);
        _value = attention.Linear("v_proj", keys, width, hasInputBias);
        _output = attention.Linear("o_proj", width, queries, hasOutputBias);
        _mlpNorm = weights.Vector("post_attention_layernorm.weight", width);
        _mlp = new GatedMlp(weights.At("mlp"), width, config.IntermediateSize, config.MlpBias);
        _shape = new AttentionShape(config.HeadCount, config.KeyValueHeadCount, config.HeadSize, window, 1 / MathF.Sqrt(config.HeadSize));
        (_rope, _epsilon, _layer) = (rope, config.NormEpsilon, layer);
    }

    public Tensor Forward(Tape tape, Tensor x)
    {
        Tensor a = tape.RmsNorm(x, _attentionNorm, _epsilon);
        Tensor q = tape.Rope(tape.Linear(a, _query), tape.Batch.Positions, _rope);
        Tensor k = tape.Rope(tape.Linear(a, _key), tape.Batch.Positions, _rope);
        Tensor v = tape.Linear(a, _value);
        tape.Forget(a);
        Tensor attended = tape.Attention(q, k, v, _layer, _shape);
        Tensor h = tape.Linear(attended, _output, residual: x);
        return _mlp.Forward(tape, tape.RmsNorm(h, _mlpNorm, _epsilon), residual: h);
    }
}
