using Hone.Engine.Checkpoints;
using Hone.Engine.Ops;

namespace Hone.Engine.Models;

/// <summary>Qwen3, dense (Qwen team 2025): each head's queries and keys are normalised before they are rotated. <c>model_type</c> "qwen3".</summary>
sealed class Qwen3 : LlamaLike
{
    Qwen3(ModelConfig config, ModelWeights weights)
        : base(config, weights, (block, rope, layer) => new Block(block, config, rope, layer)) { }

    public static CausalModel Create(ModelConfig config, WeightSource source) => new Qwen3(config, new ModelWeights(source));

    sealed class Block : IBlock
    {
        readonly Parameter _attentionNorm;
        readonly Parameter _queryNorm;
        readonly Parameter _keyNorm;
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

        public Block(ModelWeights weights, ModelConfig config, RopeTable rope, int layer)
        {
            int width = config.HiddenSize;
            int queries = config.HeadCount * config.HeadSize;
            int keys = config.KeyValueHeadCount * config.HeadSize;
            ModelWeights attention = weights.At("self_attn");
            _attentionNorm = weights.Vector("input_layernorm.weight", width);
            _query = attention.Linear("q_proj", queries, width, config.AttentionBias);
            _key = attention.Linear("k_proj", keys, width, config.AttentionBias);
            _value = attention.Linear("v_proj", keys, width, config.AttentionBias);
            _output = attention.Linear("o_proj", width, queries, config.AttentionBias);
            _queryNorm = attention.Vector("q_norm.weight", config.HeadSize);
            _keyNorm = attention.Vector("k_norm.weight", config.HeadSize);
            _mlpNorm = weights.Vector("post_attention_layernorm.weight", width);
            _mlp = new GatedMlp(weights.At("mlp"), width, config.IntermediateSize, hasBias: false);
            _shape = new AttentionShape(config.HeadCount, config.KeyValueHeadCount, config.HeadSize, config.Windows[layer] ?? 0, 1 / MathF.Sqrt(config.HeadSize));
            (_rope, _epsilon, _layer) = (rope, config.NormEpsilon, layer);
        }

        public Tensor Forward(Tape tape, Tensor x)
        {
            Tensor a = tape.RmsNorm(x, _attentionNorm, _epsilon);
            Tensor q = tape.RmsNorm(tape.Linear(a, _query), _queryNorm, _epsilon);
            Tensor k = tape.RmsNorm(tape.Linear(a, _key), _keyNorm, _epsilon);
            Tensor v = tape.Linear(a, _value);
            tape.Forget(a);
            tape.Rope(q, tape.Batch.Positions, _rope);
            tape.Rope(k, tape.Batch.Positions, _rope);
            Tensor attended = tape.Attention(q, k, v, _layer, _shape);
            Tensor h = tape.Linear(attended, _output, residual: x);
            return _mlp.Forward(tape, tape.RmsNorm(h, _mlpNorm, _epsilon), residual: h);
        }
    }
}
