using System.Numerics.Tensors;
using Hone.Engine.Checkpoints;
using Hone.Engine.Models;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Checkpoints;

public sealed class RandomWeightsTests
{
    static readonly ModelConfig Config = new()
    {
        ModelType = "llama",
        VocabSize = 300,
        HiddenSize = 64,
        IntermediateSize = 96,
        LayerCount = 8,
        HeadCount = 4,
        KeyValueHeadCount = 2,
        HeadSize = 16,
        MaxPositions = 64,
        NormEpsilon = 1e-5f,
        Activation = Activation.Silu,
        Windows = new int?[8],
    };

    [Fact]
    public void Norms_are_one_and_biases_zero()
    {
        var weights = new RandomWeights(Config, 1, ElementType.BF16);

        weights.Get("model.norm.weight", 64).Data.ToArray().ShouldAllBe(value => value == 1);
        weights.Get("model.layers.0.self_attn.q_proj.bias", 64).Data.ToArray().ShouldAllBe(value => value == 0);
    }

    [Theory]
    [InlineData("model.embed_tokens.weight", 0.02f)]
    [InlineData("model.layers.0.self_attn.o_proj.weight", 0.005f)]
    [InlineData("transformer.h.0.mlp.c_proj.weight", 0.005f)]
    public void Matrices_are_normal_with_the_deviation_of_their_place(string name, float deviation)
    {
        float[] values = new RandomWeights(Config, 1, ElementType.F32).Get(name, 301, 255).Data.ToArray();

        float mean = TensorPrimitives.Sum<float>(values) / values.Length;
        float spread = MathF.Sqrt(TensorPrimitives.SumOfSquares<float>(values) / values.Length);
        mean.ShouldBe(0, deviation / 50);
        spread.ShouldBe(deviation, deviation / 50);
        (values.Count(value => MathF.Abs(value) < deviation) / (float)values.Length).ShouldBe(0.6827f, 0.01f);
    }

    [Fact]
    public void The_same_seed_gives_the_same_tensor_in_any_order_and_storage()
    {
        var first = new RandomWeights(Config, 7, ElementType.F32);
        var second = new RandomWeights(Config, 7, ElementType.BF16);
        var third = new RandomWeights(Config, 8, ElementType.F32);

        float[] a = first.Get("a.weight", 50, 60).Data.ToArray();
        _ = second.Get("b.weight", 10, 10);
        var b = new float[3000];
        second.Get("a.weight", 50, 60).Read(0, b);

        a.Zip(b).ShouldAllBe(pair => MathF.Abs(pair.First - pair.Second) <= MathF.Abs(pair.First) / 256);
        third.Get("a.weight", 50, 60).Data.ToArray().ShouldNotBe(a);
    }

    [Fact]
    public void A_model_can_be_built_from_them() =>
        Architectures.Create(Config with { TieWordEmbeddings = true }, new RandomWeights(Config, 1, ElementType.BF16)).Parameters.Count.ShouldBe(8 * 9 + 2);
}
