using Hone.Engine.Adapters;
using Hone.Engine.Checkpoints;
using Hone.Engine.Models;
using Hone.Engine.Training;

namespace Hone.Engine.Tests.Training;

/// <summary>Models and examples that train in milliseconds, the same at every call.</summary>
static class TinyModel
{
    public const int VocabSize = 97;

    public static CausalModel Frozen(int layers = 2, int width = 32)
    {
        var config = new ModelConfig
        {
            ModelType = "qwen2",
            VocabSize = VocabSize,
            HiddenSize = width,
            IntermediateSize = 2 * width,
            LayerCount = layers,
            HeadCount = 4,
            KeyValueHeadCount = 2,
            HeadSize = width / 4,
            MaxPositions = 512,
            NormEpsilon = 1e-6f,
            Activation = Activation.Silu,
            TieWordEmbeddings = true,
            InitializerRange = 0.2f,
            Windows = new int?[layers],
        };
        return Architectures.Create(config, new RandomWeights(config, 7, ElementType.F32));
    }

    public static CausalModel Full(int layers = 2, int width = 32)
    {
        CausalModel model = Frozen(layers, width);
        foreach (Parameter parameter in model.Parameters)
            parameter.MakeTrainable();
        return model;
    }

    public static CausalModel WithAdapter(double dropout = 0.1, int layers = 2, int rank = 4)
    {
        CausalModel model = Frozen(layers);
        var adapter = LoraAdapter.Create(new LoraConfig { Rank = rank, Alpha = 8, Dropout = dropout }, model.Linears, seed: 3);
        adapter.MakeTrainable();
        adapter.Attach();
        return model;
    }

    /// <summary>Sequences that count upwards, of several lengths; the first third of each is a prompt without loss.</summary>
    public static TrainingExample[] Examples(int count, int first = 0) =>
        [.. Enumerable.Range(first, count).Select(i =>
        {
            int length = 6 + (i * 5 % 11);
            var weights = new float[length];
            weights.AsSpan(length / 3).Fill(1);
            return new TrainingExample([.. Enumerable.Range(0, length).Select(t => ((i * 13) + t) % VocabSize)], weights, i + 1);
        })];

    /// <summary>The bytes of everything that is trained.</summary>
    public static byte[] Bytes(CausalModel model)
    {
        using var bytes = new MemoryStream();
        foreach (Parameter parameter in Trainer.TrainableParameters(model))
            bytes.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(parameter.Data));
        return bytes.ToArray();
    }
}
