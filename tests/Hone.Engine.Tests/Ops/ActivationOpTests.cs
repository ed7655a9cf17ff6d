using Hone.Engine.Ops;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Ops;

public sealed class ActivationOpTests
{
    [Theory, MemberData(nameof(OpCheck.Widths), MemberType = typeof(OpCheck))]
    public void Swiglu_has_the_value_of_its_definition(int width)
    {
        Parameter gate = OpCheck.Random("gate", 19, width, 1), up = OpCheck.Random("up", 19, width, 2);
        var tape = new Tape();

        Tensor y = tape.SwiGlu(tape.Input(gate), tape.Input(up));

        OpCheck.ValuesMatch(y.Data, i => gate.Data[i] / (1 + Math.Exp(-gate.Data[i])) * up.Data[i]);
    }

    [Theory, MemberData(nameof(OpCheck.Widths), MemberType = typeof(OpCheck))]
    public void Swiglu_has_the_gradient_of_its_differences(int width)
    {
        Parameter gate = OpCheck.Random("gate", 2, width, 1), up = OpCheck.Random("up", 2, width, 2);

        OpCheck.GradientsMatch(tape => tape.SwiGlu(tape.Input(gate), tape.Input(up)), gate, up);
    }

    [Theory, MemberData(nameof(OpCheck.Widths), MemberType = typeof(OpCheck))]
    public void Gelu_has_the_value_of_its_definition(int width)
    {
        Parameter x = OpCheck.Random("x", 19, width, 1);
        var tape = new Tape();

        Tensor y = tape.Gelu(tape.Input(x));

        OpCheck.ValuesMatch(y.Data, i =>
        {
            double value = x.Data[i];
            return 0.5 * value * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (value + 0.044715 * value * value * value)));
        });
    }

    [Theory]
    [InlineData(1021)]
    [InlineData(1026)]
    public void A_row_of_gelu_has_the_same_bits_alone_and_among_others(int width)
    {
        Parameter x = OpCheck.Random("x", 40, width, 1);
        Tensor all = new Tape().Gelu(new Tape().Input(x));

        for (int row = 0; row < x.Rows; row++)
        {
            var alone = new Parameter("row", [1, width], x.Data.Slice(row * width, width).ToArray());
            new Tape().Gelu(new Tape().Input(alone)).Data.ToArray().ShouldBe(all.Row(row).ToArray(), $"row {row}");
        }
    }

    [Theory, MemberData(nameof(OpCheck.Widths), MemberType = typeof(OpCheck))]
    public void Gelu_has_the_gradient_of_its_differences(int width)
    {
        Parameter x = OpCheck.Random("x", 3, width, 1);

        OpCheck.GradientsMatch(tape => tape.Gelu(tape.Input(x)), x);
    }

    [Theory, MemberData(nameof(OpCheck.Widths), MemberType = typeof(OpCheck))]
    public void Exact_gelu_has_the_value_of_its_definition(int width)
    {
        Parameter x = OpCheck.Random("x", 19, width, 1);
        for (int i = 0; i < x.Length; i++)
            x.Data[i] *= 6;

        Tensor y = new Tape().ExactGelu(new Tape().Input(x));

        OpCheck.ValuesMatch(y.Data, i => x.Data[i] * Normal(x.Data[i]), tolerance: 2e-6);
    }

    [Theory, MemberData(nameof(OpCheck.Widths), MemberType = typeof(OpCheck))]
    public void Exact_gelu_has_the_gradient_of_its_differences(int width)
    {
        Parameter x = OpCheck.Random("x", 3, width, 1);

        OpCheck.GradientsMatch(tape => tape.ExactGelu(tape.Input(x)), x);
    }

    /// <summary>Φ(x), by Simpson's rule from 0 on.</summary>
    static double Normal(double x)
    {
        const int Steps = 2000;
        double step = x / Steps, sum = 0;
        for (int i = 0; i <= Steps; i++)
            sum += Math.Exp(-0.5 * step * step * i * i) * (i is 0 or Steps ? 1 : i % 2 == 0 ? 2 : 4);
        return 0.5 + sum * step / 3 / Math.Sqrt(2 * Math.PI);
    }
}
