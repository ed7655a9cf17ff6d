using Hone.Engine.Checkpoints;

namespace Hone.Engine.Models;

/// <summary>The families of models that Hone runs, by the <c>model_type</c> of config.json.</summary>
public static class Architectures
{
    static readonly SortedDictionary<string, Func<ModelConfig, WeightSource, CausalModel>> Decoders = new(StringComparer.Ordinal)
    {
        ["gpt2"] = Gpt2.Create,
        ["llama"] = Llama.Create,
        ["mistral"] = Mistral.Create,
        ["qwen2"] = Qwen2.Create,
        ["qwen3"] = Qwen3.Create,
    };

    static readonly SortedDictionary<string, Func<ModelConfig, WeightSource, EncoderModel>> Encoders = new(StringComparer.Ordinal)
    {
        ["bert"] = Bert.Create,
        ["xlm-roberta"] = Bert.Create,
    };

    /// <summary>Every <c>model_type</c> of a decoder, in alphabetical order.</summary>
    public static IReadOnlyCollection<string> Names => Decoders.Keys;

    /// <summary>Every <c>model_type</c> of an encoder, in alphabetical order.</summary>
    public static IReadOnlyCollection<string> EncoderNames => Encoders.Keys;

    /// <summary>Builds the decoder that a configuration describes.</summary>
    /// <exception cref="HoneException">The family is unknown, or a weight is missing, unexpected or of the wrong shape.</exception>
    public static CausalModel Create(ModelConfig config, WeightSource source)
    {
        if (Encoders.ContainsKey(config.ModelType))
            throw new HoneException(Text.Of(
                $"The model_type \"{config.ModelType}\" is an encoder, which makes embeddings and writes no text. Models that write text are: {string.Join(", ", Names)}.",
                $"model_type \"{config.ModelType}\" 是编码器，只能生成嵌入向量，不能生成文本。能生成文本的模型：{string.Join("、", Names)}。"));
        return Create(Decoders, config, source);
    }

    /// <summary>Builds the encoder, or else the decoder, that a configuration describes.</summary>
    /// <exception cref="HoneException">The family is unknown, or a weight is missing, unexpected or of the wrong shape.</exception>
    public static TransformerModel CreateAny(ModelConfig config, WeightSource source) =>
        Encoders.ContainsKey(config.ModelType) ? Create(Encoders, config, source) : Create(Decoders, config, source);

    static TModel Create<TModel>(SortedDictionary<string, Func<ModelConfig, WeightSource, TModel>> families, ModelConfig config, WeightSource source)
    {
        if (!families.TryGetValue(config.ModelType, out Func<ModelConfig, WeightSource, TModel>? create))
            throw new HoneException(Text.Of(
                $"The model_type \"{config.ModelType}\" is not supported. Supported are: {string.Join(", ", Names.Concat(EncoderNames))}.",
                $"不支持 model_type \"{config.ModelType}\"。支持的有：{string.Join(", ", Names.Concat(EncoderNames))}。"));

        TModel model = create(config, source);
        source.RequireAllUsed();
        return model;
    }
}
