using Hone.Engine.Checkpoints;

namespace Hone.Engine.Models;

/// <summary>The families of decoder models that Hone runs, by the <c>model_type</c> of config.json.</summary>
public static class Architectures
{
    static readonly SortedDictionary<string, Func<ModelConfig, WeightSource, CausalModel>> Known = new(StringComparer.Ordinal)
    {
        ["gpt2"] = Gpt2.Create,
        ["llama"] = Llama.Create,
        ["mistral"] = Mistral.Create,
        ["qwen2"] = Qwen2.Create,
        ["qwen3"] = Qwen3.Create,
    };

    /// <summary>Every <c>model_type</c> that can be loaded, in alphabetical order.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>Builds the model that a configuration describes.</summary>
    /// <exception cref="HoneException">The family is unknown, or a weight is missing, unexpected or of the wrong shape.</exception>
    public static CausalModel Create(ModelConfig config, WeightSource source)
    {
        if (!Known.TryGetValue(config.ModelType, out Func<ModelConfig, WeightSource, CausalModel>? create))
            throw new HoneException($"The model_type \"{config.ModelType}\" is not supported. Supported are: {string.Join(", ", Names)}.");

        CausalModel model = create(config, source);
        source.RequireAllUsed();
        return model;
    }
}
