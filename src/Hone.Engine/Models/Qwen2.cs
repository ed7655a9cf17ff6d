using Hone.Engine.Checkpoints;

namespace Hone.Engine.Models;

/// <summary>Qwen2 and Qwen2.5 (Yang et al. 2024): Llama with biases on queries, keys and values. <c>model_type</c> "qwen2".</summary>
sealed class Qwen2 : LlamaLike
{
    Qwen2(ModelConfig config, ModelWeights weights)
        : base(config, weights, (block, rope, layer) =>
            new LlamaBlock(block, config, rope, layer, hasInputBias: true, hasOutputBias: false, config.Windows[layer] ?? 0)) { }

    public static CausalModel Create(ModelConfig config, WeightSource source) => new Qwen2(config, new ModelWeights(source));
}
