using Hone.Engine.Models;
using Hone.Engine.Ops;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Ops;

public sealed class RowOpTests
{
    [Theory, MemberData(nameof(OpCheck.Widths), MemberType = typeof(OpCheck))]
    public void Embedding_reads_rows_and_adds_their_gradients_where_ids_repeat(int width)
    {
        Parameter table = OpCheck.Random("table", 6, width, 1), positions = OpCheck.Random("positions", 4, width, 2);
        int[] ids = [5, 0, 5, 3];
        int[] places = [0, 1, 2, 3];
        Tensor Sum(Tape tape) => tape.Embed(positions, places, addTo: tape.Embed(table, ids));

        Tensor y = Sum(new Tape());

        OpCheck.ValuesMatch(y.Data, i => (double)table.Data[ids[i / width] * width + i % width] + positions.Data[i]);
        OpCheck.GradientsMatch(Sum, table, positions);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(14)]
    [InlineData(32)]
    [InlineData(66)]
    public void Rope_rotates_each_pair_of_a_head_by_its_positions_angle(int width)
    {
        Parameter x = OpCheck.Random("x", 3, 2 * width, 1);
        int[] positions = [0, 3, 100];
        float[] frequencies = [.. Enumerable.Range(0, width / 2).Select(i => MathF.Pow(10000, -2f * i / width))];
        Tensor Rotate(Tape tape) => tape.Rope(tape.Copy(tape.Input(x)), positions, new RopeTable(frequencies, factor: 1.5f));

        Tensor y = Rotate(new Tape());

        OpCheck.ValuesMatch(y.Data, i => Rotated(x.Data, i, width, positions, frequencies) * 1.5, tolerance: 2e-5);
        OpCheck.GradientsMatch(Rotate, x);
    }

    [Fact]
    public void Selected_rows_pass_their_gradients_back_to_where_they_came_from()
    {
        Parameter x = OpCheck.Random("x", 5, 17, 1);
        int[] rows = [4, 1, 4];
        Tensor Select(Tape tape) => tape.SelectRows(tape.Input(x), rows);

        Tensor y = Select(new Tape());

        OpCheck.ValuesMatch(y.Data, i => x.Data[rows[i / 17] * 17 + i % 17]);
        OpCheck.GradientsMatch(Select, x);
    }

    [Fact]
    public void The_three_thirds_of_a_row_pass_their_gradients_back()
    {
        Parameter x = OpCheck.Random("x", 18, 3 * 5, 1);

        for (int part = 0; part < 3; part++)
        {
            int chosen = part;
            Tensor Third(Tape tape)
            {
                (Tensor first, Tensor second, Tensor third) = tape.SplitThree(tape.Input(x));
                return new[] { first, second, third }[chosen];
            }

            OpCheck.ValuesMatch(Third(new Tape()).Data, i => x.Data[i / 5 * 15 + chosen * 5 + i % 5]);
            OpCheck.GradientsMatch(Third, x);
        }
    }

    [Theory, MemberData(nameof(OpCheck.Widths), MemberType = typeof(OpCheck))]
    public void Target_log_probabilities_have_the_value_and_the_gradient_of_their_definition(int vocabulary)
    {
        Parameter x = OpCheck.Random("x", 4, 9, 1), weight = OpCheck.Random("weight", vocabulary, 9, 2);
        var head = new Linear("head", weight, bias: null);
        int[] targets = [.. Enumerable.Range(0, 4).Select(i => i * 5 % vocabulary)];
        Tensor LogProbs(Tape tape) => tape.TargetLogProbs(tape.Input(x), head, targets, new bool[4]);

        Tensor y = LogProbs(new Tape());

        OpCheck.ValuesMatch(y.Data, i => LogProbability(x.Data.Slice(i * 9, 9), weight, targets[i]));
        OpCheck.GradientsMatch(LogProbs, x, weight);
    }

    [Fact]
    public void Log_probabilities_of_a_vocabulary_too_large_to_keep_are_computed_again_on_the_way_back()
    {
        const int Vocabulary = 400_000; // 100 rows of it exceed what is kept
        Parameter x = OpCheck.Random("x", 100, 2, 1), weight = OpCheck.Random("weight", Vocabulary, 2, 2);
        var head = new Linear("head", weight, bias: null);
        int[] targets = [.. Enumerable.Range(0, 100).Select(i => i * 3999)];
        var tape = new Tape();
        Tensor input = tape.Input(x);

        Tensor y = tape.TargetLogProbs(input, head, targets, new bool[100]);
        float[] weights = new float[100];
        weights[97] = 1;
        ((double)y.Data[97]).ShouldBe(LogProbability(x.Data.Slice(97 * 2, 2), weight, targets[97]), 1e-4);
        tape.Backward(tape.WeightedSum(y, weights));

        // d log p(target) / dx = W[target] - Σ p·W
        double total = 0, first = 0, second = 0;
        for (int token = 0; token < Vocabulary; token++)
        {
            double share = Math.Exp(Logit(x.Data.Slice(97 * 2, 2), weight, token));
            total += share;
            first += share * weight.Data[token * 2];
            second += share * weight.Data[token * 2 + 1];
        }

        ((double)x.Grad[97 * 2]).ShouldBe(weight.Data[targets[97] * 2] - first / total, 1e-5);
        ((double)x.Grad[97 * 2 + 1]).ShouldBe(weight.Data[targets[97] * 2 + 1] - second / total, 1e-5);
        x.Grad[0].ShouldBe(0);
    }

    [Fact]
    public void The_most_probable_token_counts_as_right()
    {
        Parameter x = OpCheck.Random("x", 2, 3, 1), weight = OpCheck.Random("weight", 3, 3, 2);
        for (int i = 0; i < 9; i++)
            weight.Data[i] = i % 4 == 0 ? 1 : 0; // the identity
        ((ReadOnlySpan<float>)[0, 5, 0, 1, 2, 3]).CopyTo(x.Data);
        bool[] isBest = new bool[2];

        var tape = new Tape();
        tape.TargetLogProbs(tape.Input(x), new Linear("head", weight, bias: null), [1, 0], isBest);

        isBest.ShouldBe([true, false]);
    }

    static double Rotated(ReadOnlySpan<float> x, int i, int width, int[] positions, float[] frequencies)
    {
        int row = i / (2 * width), inHead = i % width, half = width / 2, pair = inHead % half;
        double angle = positions[row] * frequencies[pair];
        double here = x[i], other = x[inHead < half ? i + half : i - half];
        return inHead < half ? here * Math.Cos(angle) - other * Math.Sin(angle) : here * Math.Cos(angle) + other * Math.Sin(angle);
    }

    static double LogProbability(ReadOnlySpan<float> x, Parameter weight, int target)
    {
        double total = 0;
        for (int token = 0; token < weight.Rows; token++)
            total += Math.Exp(Logit(x, weight, token));
        return Logit(x, weight, target) - Math.Log(total);
    }

    static double Logit(ReadOnlySpan<float> x, Parameter weight, int token)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += (double)x[i] * weight.Data[token * x.Length + i];
        return sum;
    }
}
