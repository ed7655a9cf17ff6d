using Hone.Engine.Checkpoints;

namespace Hone.Engine.Models;

/// <summary>Mistral 7B and its relatives (Jiang et al. 2023): Llama with a sliding window. <c>model_type</c> "mistral".</summary>
sealed class Mistral : LlamaLike
{
    Mistral(ModelConfig config, ModelWeights weights)
        : base(config, weights, (block, rope, layer) =>
            new LlamaBlock(block, config, rope, layer, hasInputBias: false, hasOutputBias: false, config.Windows[layer] ?? 0)) { }

    public static CausalModel Create(ModelConfig config, WeightSource source) => new Mistral(config, new ModelWeights(source));
}
