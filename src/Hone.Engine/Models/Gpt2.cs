using Hone.Engine.Checkpoints;
using Hone.Engine.Ops;

namespace Hone.Engine.Models;

/// <summary>GPT-2 (Radford et al. 2019): learned positions, layer norms, weights stored [inputs, outputs]. <c>model_type</c> "gpt2".</summary>
sealed class Gpt2 : CausalModel
{
    readonly Parameter _embedding;
    readonly Parameter _positions;
    readonly Parameter _normGain;
    readonly Parameter _normShift;

    Gpt2(ModelConfig config, ModelWeights weights)
        : base(config, weights)
    {
        config.RequireActivation(Activation.GeluTanh);
        ModelWeights model = weights.At("transformer");
        _embedding = model.Matrix("wte.weight", config.VocabSize, config.HiddenSize);
        _positions = model.Matrix("wpe.weight", config.MaxPositions, config.HiddenSize);
        var blocks = new IBlock[config.LayerCount];
        for (int layer = 0; layer < blocks.Length; layer++)
            blocks[layer] = new Block(model.At($"h.{layer}"), config, layer);
        Blocks = blocks;
        _normGain = model.Vector("ln_f.weight", config.HiddenSize);
        _normShift = model.Vector("ln_f.bias", config.HiddenSize);
        Parameter head = config.TieWordEmbeddings ? _embedding : weights.Matrix("lm_head.weight", config.VocabSize, config.HiddenSize);
        Head = new Linear("lm_head", head, bias: null);
    }

    public static CausalModel Create(ModelConfig config, WeightSource source) => new Gpt2(config, new ModelWeights(source));

    protected override Tensor Embed(Tape tape) => tape.Embed(_positions, tape.Batch.Positions, addTo: tape.Embed(_embedding, tape.Batch.Ids));

    protected override Tensor Normalise(Tape tape, Tensor x) => tape.LayerNorm(x, _normGain, _normShift, Config.NormEpsilon);

    sealed class Block : IBlock
    {
        readonly Parameter _attentionGain;
        readonly Parameter _attentionShift;
        readonly Parameter _mlpGain;
        readonly Parameter _mlpShift;
        readonly Linear _queryKeyValue;
        readonly Linear _output;
        readonly Linear _up;
        readonly Linear _down;
        readonly AttentionShape _shape;
        readonly float _epsilon;
        readonly int _layer;

        public Block(ModelWeights weights, ModelConfig config, int layer)
        {
            int width = config.HiddenSize;
            _attentionGain = weights.Vector("ln_1.weight", width);
            _attentionShift = weights.Vector("ln_1.bias", width);
            _queryKeyValue = weights.InputMajorLinear("attn.c_attn", width, 3 * width);
            _output = weights.InputMajorLinear("attn.c_proj", width, width);
            _mlpGain = weights.Vector("ln_2.weight", width);
            _mlpShift = weights.Vector("ln_2.bias", width);
            _up = weights.InputMajorLinear("mlp.c_fc", width, config.IntermediateSize);
            _down = weights.InputMajorLinear("mlp.c_proj", config.IntermediateSize, width);
            _shape = new AttentionShape(config.HeadCount, config.HeadCount, config.HeadSize, Window: 0, 1 / MathF.Sqrt(config.HeadSize));
            (_epsilon, _layer) = (config.NormEpsilon, layer);
        }

        public Tensor Forward(Tape tape, Tensor x)
        {
            Tensor a = tape.LayerNorm(x, _attentionGain, _attentionShift, _epsilon);
            Tensor qkv = tape.Linear(a, _queryKeyValue);
            tape.Forget(a);
            (Tensor q, Tensor k, Tensor v) = tape.SplitThree(qkv);
            Tensor attended = tape.Attention(q, k, v, _layer, _shape);
            Tensor h = tape.Linear(attended, _output, residual: x);
            Tensor m = tape.LayerNorm(h, _mlpGain, _mlpShift, _epsilon);
            Tensor up = tape.Linear(m, _up);
            tape.Forget(m);
            Tensor act = tape.Gelu(up);
            Tensor y = tape.Linear(act, _down, residual: h);
            tape.Forget(act);
            return y;
        }
    }
}
