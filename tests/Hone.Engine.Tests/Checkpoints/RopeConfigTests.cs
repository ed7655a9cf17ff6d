using Hone.Engine.Checkpoints;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Checkpoints;

public class RopeConfigTests
{
    [Fact]
    public void Plain_frequencies_fall_geometrically()
    {
        new RopeConfig { Theta = 10000 }.InverseFrequencies(8).ShouldBe([1, 0.1f, 0.01f, 0.001f], 1e-8);
    }

    [Fact]
    public void Linear_scaling_divides_every_frequency()
    {
        new RopeConfig { Scaling = RopeScaling.Linear, Factor = 4 }.InverseFrequencies(8).ShouldBe([0.25f, 0.025f, 0.0025f, 0.00025f], 1e-8);
    }

    [Fact]
    public void Llama3_scaling_keeps_short_waves_and_stretches_long_ones()
    {
        var rope = new RopeConfig { Scaling = RopeScaling.Llama3, Factor = 8, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalMaxPositions = 64 };

        float[] frequencies = rope.InverseFrequencies(8);

        frequencies[0].ShouldBe(1);
        // 64 · 0.1 / 2π = 1.0186 turns, between the factors: (1 - s) f / 8 + s f with s = 0.0186 / 3.
        frequencies[1].ShouldBe(0.0130422f, 1e-6);
        frequencies[2].ShouldBe(0.00125f, 1e-9);
        frequencies[3].ShouldBe(0.000125f, 1e-9);
    }

    [Fact]
    public void Yarn_goes_from_kept_to_stretched_along_a_ramp()
    {
        var rope = new RopeConfig { Scaling = RopeScaling.Yarn, Factor = 4, OriginalMaxPositions = 2048, Theta = 10000 };

        float[] frequencies = rope.InverseFrequencies(64);
        float[] plain = new RopeConfig { Theta = 10000 }.InverseFrequencies(64);

        // The band runs from dimension floor(8.07) = 8 to ceil(20.1) = 21.
        for (int i = 0; i <= 8; i++)
            frequencies[i].ShouldBe(plain[i], plain[i] * 1e-6);
        for (int i = 21; i < 32; i++)
            frequencies[i].ShouldBe(plain[i] / 4, plain[i] * 1e-6);
        frequencies[14].ShouldBe(plain[14] * (float)((6 / 13.0 / 4) + (7 / 13.0)), 1e-8);
    }

    [Fact]
    public void Only_a_part_of_the_head_may_be_rotated()
    {
        new RopeConfig { PartialFactor = 0.5 }.InverseFrequencies(8).ShouldBe([1, 0.01f], 1e-8);
    }
}
