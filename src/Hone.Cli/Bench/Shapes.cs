using System.CommandLine;
using Hone.Engine.Checkpoints;
using Hone.Engine.Models;
using Hone.Server.Models;

namespace Hone.Cli.Bench;

/// <summary>Shapes of known models, for measurements with random weights.</summary>
static class Shapes
{
    static readonly ModelConfig Qwen2 = new()
    {
        ModelType = "qwen2",
        VocabSize = 151936,
        HiddenSize = 896,
        IntermediateSize = 4864,
        LayerCount = 24,
        HeadCount = 14,
        KeyValueHeadCount = 2,
        HeadSize = 64,
        MaxPositions = 4096,
        NormEpsilon = 1e-6f,
        Activation = Activation.Silu,
        TieWordEmbeddings = true,
        Windows = new int?[24],
        Rope = new RopeConfig { Theta = 1e6 },
        StoredType = ElementType.BF16,
    };

    static readonly ModelConfig Gpt2 = new()
    {
        ModelType = "gpt2",
        VocabSize = 50257,
        HiddenSize = 768,
        IntermediateSize = 3072,
        LayerCount = 12,
        HeadCount = 12,
        KeyValueHeadCount = 12,
        HeadSize = 64,
        MaxPositions = 1024,
        NormEpsilon = 1e-5f,
        Activation = Activation.GeluTanh,
        TieWordEmbeddings = true,
        Windows = new int?[12],
        StoredType = ElementType.F32,
    };

    /// <summary>The encoders' shapes by name, in the order of the help.</summary>
    public static IReadOnlyDictionary<string, ModelConfig> Encoders { get; } =
        new Dictionary<string, ModelConfig>(StringComparer.Ordinal) { ["minilm-l6"] = Encoder(384, 6), ["bert-base"] = Encoder(768, 12) };

    /// <summary>The decoders' shapes by name, in the order of the help.</summary>
    public static IReadOnlyDictionary<string, ModelConfig> All { get; } =
        new Dictionary<string, ModelConfig>(StringComparer.Ordinal) { ["qwen2-0.5b"] = Qwen2, ["gpt2-124m"] = Gpt2 };

    /// <summary><c>--shape</c></summary>
    public static Option<string> CreateOption() =>
        new("--shape")
        {
            Description = Text.Of("qwen2-0.5b or gpt2-124m with random weights, or a model", "随机权重的 qwen2-0.5b 或 gpt2-124m，或一个模型"),
            DefaultValueFactory = _ => "qwen2-0.5b",
        };

    /// <summary>A model of a shape, or one that has a name or a folder.</summary>
    public static CausalModel Open(string shape, ModelRegistry models) =>
        All.TryGetValue(shape, out ModelConfig? config)
            ? Architectures.Create(config, new RandomWeights(config, seed: 1, config.StoredType))
            : models.Load(shape).Model;

    /// <summary>BERT's proportions: four times the width within the blocks.</summary>
    static ModelConfig Encoder(int width, int layers) => new()
    {
        ModelType = "bert",
        VocabSize = 30522,
        HiddenSize = width,
        IntermediateSize = 4 * width,
        LayerCount = layers,
        HeadCount = 12,
        KeyValueHeadCount = 12,
        HeadSize = width / 12,
        MaxPositions = 512,
        TokenTypes = 2,
        NormEpsilon = 1e-12f,
        Activation = Activation.Gelu,
        TieWordEmbeddings = true,
        Windows = new int?[layers],
        StoredType = ElementType.F32,
    };
}
