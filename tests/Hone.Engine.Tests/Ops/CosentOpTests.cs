using Hone.Engine.Ops;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Ops;

public sealed class CosentOpTests
{
    [Theory, MemberData(nameof(OpCheck.Widths), MemberType = typeof(OpCheck))]
    public void It_has_the_value_and_the_gradient_of_its_definition(int width)
    {
        const float Scale = 3;
        const double Weight = 0.5;
        float[] scores = [2, 0, 2, 5, 1];
        Parameter a = OpCheck.Random("a", scores.Length, width, 1), b = OpCheck.Random("b", scores.Length, width, 2);
        Tensor Loss(Tape tape) => tape.Cosent(tape.Input(a), tape.Input(b), scores, Scale, Weight, new double[scores.Length], out _);
        var cosines = new double[scores.Length];

        Tensor y = new Tape().Cosent(new Tape().Input(a), new Tape().Input(b), scores, Scale, Weight, cosines, out double loss);

        double[] expected = [.. scores.Select((_, i) => Enumerable.Range(0, width).Sum(column => (double)a.Data[(i * width) + column] * b.Data[(i * width) + column]))];
        double sum = 1;
        for (int i = 0; i < scores.Length; i++)
            for (int j = 0; j < scores.Length; j++)
                sum += scores[i] > scores[j] ? Math.Exp(Scale * (expected[j] - expected[i])) : 0;
        loss.ShouldBe(Weight * Math.Log(sum), 1e-4);
        ((double)y.Data[0]).ShouldBe(loss, 1e-5);
        for (int i = 0; i < scores.Length; i++)
            cosines[i].ShouldBe(expected[i], 1e-5);
        OpCheck.GradientsMatch(Loss, a, b);
    }

    [Fact]
    public void Pairs_that_have_the_same_score_have_no_order_and_no_loss()
    {
        Parameter a = OpCheck.Random("a", 3, 4, 1), b = OpCheck.Random("b", 3, 4, 2);

        new Tape().Cosent(new Tape().Input(a), new Tape().Input(b), [1, 1, 1], 20, 1, new double[3], out double loss);

        loss.ShouldBe(0);
    }

    [Fact]
    public void Cosines_far_apart_overflow_nothing()
    {
        Parameter a = new("a", [2, 1], new float[] { 1, 1 }), b = new("b", [2, 1], new float[] { 1, -1 });

        new Tape().Cosent(new Tape().Input(a), new Tape().Input(b), [0, 1], 1e6f, 1, new double[2], out double loss);

        loss.ShouldBe(2e6, 1);
    }
}
