using Hone.Engine.Ops;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Ops;

public sealed class ContrastOpTests
{
    const int Width = 19;

    [Fact]
    public void Means_of_sequences_have_the_value_and_the_gradient_of_their_definition()
    {
        Parameter x = OpCheck.Random("x", 6, Width, 1);
        Segment[] segments = [new(0, 1), new(1, 3), new(4, 2)];
        Tensor Mean(Tape tape) => tape.SegmentMean(tape.Input(x), segments);

        Tensor y = Mean(new Tape());

        OpCheck.ValuesMatch(y.Data, i =>
        {
            Segment segment = segments[i / Width];
            return Enumerable.Range(segment.Start, segment.Length).Average(row => (double)x.Data[row * Width + i % Width]);
        });
        OpCheck.GradientsMatch(Mean, x);
    }

    [Theory]
    [InlineData(Width)]
    [InlineData(7)]
    public void Unit_rows_have_the_value_and_the_gradient_of_their_definition(int columns)
    {
        Parameter x = OpCheck.Random("x", 4, Width, 1);
        Tensor Unit(Tape tape) => tape.UnitRows(tape.Input(x), columns);

        Tensor y = Unit(new Tape());

        OpCheck.ValuesMatch(y.Data, i =>
        {
            float[] row = x.Data.Slice(i / columns * Width, columns).ToArray();
            return row[i % columns] / Math.Sqrt(row.Sum(value => (double)value * value));
        });
        OpCheck.GradientsMatch(Unit, x);
    }

    [Fact]
    public void A_row_of_zeros_stays_one()
    {
        Tensor y = new Tape().UnitRows(new Tape().Input(new Parameter("x", [1, 4], new float[4])), 4);

        y.Data.ToArray().ShouldBe(new float[4]);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(3, 5)]
    public void The_contrast_has_the_value_and_the_gradient_of_its_definition(int anchors, int candidates)
    {
        const float Scale = 3;
        Parameter a = OpCheck.Random("a", anchors, Width, 1), c = OpCheck.Random("c", candidates, Width, 2);
        Tensor Loss(Tape tape) => tape.Contrast(tape.Input(a), tape.Input(c), Scale, 1.0 / anchors, out _, out _, out _);

        Tensor y = new Tape().Contrast(new Tape().Input(a), new Tape().Input(c), Scale, 1.0 / anchors, out double loss, out int right, out double reciprocalRanks);

        (double expected, double ranks) = (0, 0);
        int found = 0;
        for (int row = 0; row < anchors; row++)
        {
            double[] scores = [.. Enumerable.Range(0, candidates).Select(other => Scale * Dot(a, row, c, other))];
            expected -= Math.Log(Math.Exp(scores[row]) / scores.Sum(Math.Exp)) / anchors;
            found += scores[row] == scores.Max() ? 1 : 0;
            ranks += 1.0 / (1 + scores.Count(score => score > scores[row]));
        }
        loss.ShouldBe(expected, 1e-5);
        ((double)y.Data[0]).ShouldBe(expected, 1e-5);
        right.ShouldBe(found);
        reciprocalRanks.ShouldBe(ranks, 1e-12);
        OpCheck.GradientsMatch(Loss, a, c);
    }

    [Fact]
    public void A_sum_passes_its_gradient_to_both()
    {
        Parameter a = OpCheck.Random("a", 2, Width, 1), b = OpCheck.Random("b", 2, Width, 2);
        Tensor Sum(Tape tape) => tape.Sum(tape.Input(a), tape.Input(b));

        OpCheck.ValuesMatch(Sum(new Tape()).Data, i => (double)a.Data[i] + b.Data[i]);
        OpCheck.GradientsMatch(Sum, a, b);
    }

    static double Dot(Parameter a, int row, Parameter b, int other)
    {
        double sum = 0;
        for (int i = 0; i < Width; i++)
            sum += (double)a.Data[row * Width + i] * b.Data[other * Width + i];
        return sum;
    }
}
