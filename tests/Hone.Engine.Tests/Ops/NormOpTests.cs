using Hone.Engine.Ops;
using Xunit;

namespace Hone.Engine.Tests.Ops;

public sealed class NormOpTests
{
    const float Epsilon = 1e-5f;

    [Theory, MemberData(nameof(OpCheck.Widths), MemberType = typeof(OpCheck))]
    public void Rms_norm_has_the_value_of_its_definition(int width)
    {
        Parameter x = OpCheck.Random("x", 20, width, 1), gain = OpCheck.Random("gain", 1, width, 2);
        var tape = new Tape();

        Tensor y = tape.RmsNorm(tape.Input(x), gain, Epsilon);

        OpCheck.ValuesMatch(y.Data, i =>
        {
            double squares = 0;
            foreach (float value in x.Data.Slice(i / width * width, width))
                squares += (double)value * value;
            return gain.Data[i % width] * x.Data[i] / Math.Sqrt(squares / width + Epsilon);
        });
    }

    [Theory, MemberData(nameof(OpCheck.Widths), MemberType = typeof(OpCheck))]
    public void Rms_norm_has_the_gradient_of_its_differences(int width)
    {
        Parameter x = OpCheck.Random("x", 3, width, 3), gain = OpCheck.Random("gain", 1, width, 4);

        OpCheck.GradientsMatch(tape => tape.RmsNorm(tape.Input(x), gain, 0.1f), x, gain);
    }

    [Fact]
    public void Rms_norm_of_heads_normalises_each_on_its_own()
    {
        Parameter x = OpCheck.Random("x", 4, 3 * 8, 5), gain = OpCheck.Random("gain", 1, 8, 6);

        OpCheck.GradientsMatch(tape => tape.RmsNorm(tape.Input(x), gain, 0.1f), x, gain);
    }

    [Theory, MemberData(nameof(OpCheck.Widths), MemberType = typeof(OpCheck))]
    public void Layer_norm_has_the_value_of_its_definition(int width)
    {
        Parameter x = OpCheck.Random("x", 20, width, 1), gain = OpCheck.Random("gain", 1, width, 2), shift = OpCheck.Random("shift", 1, width, 3);
        var tape = new Tape();

        Tensor y = tape.LayerNorm(tape.Input(x), gain, shift, Epsilon);

        OpCheck.ValuesMatch(y.Data, i =>
        {
            double mean = 0, variance = 0;
            foreach (float value in x.Data.Slice(i / width * width, width))
                mean += (double)value / width;
            foreach (float value in x.Data.Slice(i / width * width, width))
                variance += (value - mean) * (value - mean) / width;
            return gain.Data[i % width] * (x.Data[i] - mean) / Math.Sqrt(variance + Epsilon) + shift.Data[i % width];
        }, tolerance: 1e-4);
    }

    [Theory, MemberData(nameof(OpCheck.Widths), MemberType = typeof(OpCheck))]
    public void Layer_norm_has_the_gradient_of_its_differences(int width)
    {
        Parameter x = OpCheck.Random("x", 3, width, 3), gain = OpCheck.Random("gain", 1, width, 4), shift = OpCheck.Random("shift", 1, width, 5);

        OpCheck.GradientsMatch(tape => tape.LayerNorm(tape.Input(x), gain, shift, 0.1f), x, gain, shift);
    }
}
