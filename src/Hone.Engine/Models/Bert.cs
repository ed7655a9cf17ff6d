using Hone.Engine.Checkpoints;
using Hone.Engine.Ops;

namespace Hone.Engine.Models;

/// <summary>BERT (Devlin et al. 2019), <c>model_type</c> "bert", and RoBERTa in its multilingual form (Conneau et al. 2020), "xlm-roberta".</summary>
sealed class Bert : EncoderModel
{
    readonly Parameter _words;
    readonly Parameter _positions;
    readonly Parameter _types;
    readonly Parameter _gain;
    readonly Parameter _shift;

    Bert(ModelConfig config, ModelWeights weights)
        : base(config, weights)
    {
        ModelWeights embeddings = weights.At("embeddings");
        _words = embeddings.Matrix("word_embeddings.weight", config.VocabSize, config.HiddenSize);
        _positions = embeddings.Matrix("position_embeddings.weight", config.FirstPosition + config.MaxPositions, config.HiddenSize);
        _types = embeddings.Matrix("token_type_embeddings.weight", config.TokenTypes, config.HiddenSize);
        _gain = embeddings.Vector("LayerNorm.weight", config.HiddenSize);
        _shift = embeddings.Vector("LayerNorm.bias", config.HiddenSize);
        var blocks = new IBlock[config.LayerCount];
        for (int layer = 0; layer < blocks.Length; layer++)
            blocks[layer] = new Block(weights.At($"encoder.layer.{layer}"), config, layer);
        Blocks = blocks;
    }

    public static EncoderModel Create(ModelConfig config, WeightSource source) => new Bert(config, new ModelWeights(source));

    protected override Tensor Embed(Tape tape)
    {
        // Every text is of the first type; the second is for the other half of a pair.
        Tensor x = tape.Embed(_types, new int[tape.Batch.Length], addTo: tape.Embed(_words, tape.Batch.Ids));
        x = tape.Embed(_positions, [.. tape.Batch.Positions.Select(position => Config.FirstPosition + position)], addTo: x);
        return tape.LayerNorm(x, _gain, _shift, Config.NormEpsilon);
    }

    sealed class Block : IBlock
    {
        readonly Linear _query;
        readonly Linear _key;
        readonly Linear _value;
        readonly Linear _output;
        readonly Parameter _attentionGain;
        readonly Parameter _attentionShift;
        readonly Linear _up;
        readonly Linear _down;
        readonly Parameter _gain;
        readonly Parameter _shift;
        readonly AttentionShape _shape;
        readonly ModelConfig _config;
        readonly int _layer;

        public Block(ModelWeights weights, ModelConfig config, int layer)
        {
            int width = config.HiddenSize;
            ModelWeights attention = weights.At("attention");
            _query = attention.Linear("self.query", width, width, hasBias: true);
            _key = attention.Linear("self.key", width, width, hasBias: true);
            _value = attention.Linear("self.value", width, width, hasBias: true);
            _output = attention.Linear("output.dense", width, width, hasBias: true);
            _attentionGain = attention.Vector("output.LayerNorm.weight", width);
            _attentionShift = attention.Vector("output.LayerNorm.bias", width);
            _up = weights.Linear("intermediate.dense", config.IntermediateSize, width, hasBias: true);
            _down = weights.Linear("output.dense", width, config.IntermediateSize, hasBias: true);
            _gain = weights.Vector("output.LayerNorm.weight", width);
            _shift = weights.Vector("output.LayerNorm.bias", width);
            _shape = new AttentionShape(config.HeadCount, config.HeadCount, config.HeadSize, Window: 0, 1 / MathF.Sqrt(config.HeadSize), SeesAll: true);
            (_config, _layer) = (config, layer);
        }

        public Tensor Forward(Tape tape, Tensor x)
        {
            Tensor attended = tape.Attention(tape.Linear(x, _query), tape.Linear(x, _key), tape.Linear(x, _value), _layer, _shape);
            Tensor h = tape.LayerNorm(tape.Linear(attended, _output, residual: x), _attentionGain, _attentionShift, _config.NormEpsilon);
            Tensor up = tape.Linear(h, _up);
            Tensor act = _config.Activation == Activation.Gelu ? tape.ExactGelu(up) : tape.Gelu(up);
            Tensor y = tape.LayerNorm(tape.Linear(act, _down, residual: h), _gain, _shift, _config.NormEpsilon);
            tape.Forget(act);
            return y;
        }
    }
}
