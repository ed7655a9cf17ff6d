using Hone.Engine.Checkpoints;
using Hone.Engine.Generation;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Generation;

/// <summary>What is said about the memory of generation against what it takes.</summary>
public sealed class GenerationMemoryTests
{
    const int Sequences = 4;

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen3")]
    [InlineData("gpt2")]
    public void A_session_takes_no_more_than_the_shapes_say_and_not_much_less(string family)
    {
        ModelConfig config = Config(family);
        var session = new GenerationSession(SmallModel.Create(config), [], keptPromptTokens: KvPool.BlockTokens);

        for (int i = 0; i < Sequences; i++)
            session.Add(SmallModel.Prompt(140, i), new SamplingOptions { Seed = 1, MaxTokens = 3 });
        SmallModel.Run(session);

        long keysAndValues = (Sequences + 4) * GenerationMemory.Blocks(143) * GenerationMemory.BlockBytes(config);
        long activations = GenerationMemory.OfSession(config, Sequences);
        session.AllocatedBytes.ShouldBeLessThan(activations + keysAndValues);
        session.AllocatedBytes.ShouldBeGreaterThan((activations + keysAndValues) / 4);
    }

    [Fact]
    public void Blocks_are_counted_whole()
    {
        GenerationMemory.Blocks(1).ShouldBe(1);
        GenerationMemory.Blocks(KvPool.BlockTokens + 1).ShouldBe(2);
        GenerationMemory.BlockBytes(Config("llama")).ShouldBe(2 * 2 * 128 * 256 * 4);
    }

    /// <summary>Wide enough that the activations of a pass are more than the smallest buffer of a tape.</summary>
    static ModelConfig Config(string family) =>
        SmallModel.Config(family) with { HiddenSize = 512, IntermediateSize = 2048, HeadCount = 8, KeyValueHeadCount = family == "gpt2" ? 8 : 4, HeadSize = 64 };
}
