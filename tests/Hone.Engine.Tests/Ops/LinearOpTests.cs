using Hone.Engine.Adapters;
using Hone.Engine.Models;
using Hone.Engine.Ops;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Ops;

public sealed class LinearOpTests
{
    const float Scale = 0.7f;

    [Theory, MemberData(nameof(OpCheck.Widths), MemberType = typeof(OpCheck))]
    public void Linear_has_the_value_of_its_definition(int width)
    {
        Layer layer = new(width, isInputMajor: false);
        var tape = new Tape();

        Tensor y = tape.Linear(tape.Input(layer.X), layer.Linear, tape.Input(layer.Residual));

        OpCheck.ValuesMatch(y.Data, layer.Definition);
    }

    [Theory, MemberData(nameof(OpCheck.Widths), MemberType = typeof(OpCheck))]
    public void Linear_with_an_input_major_weight_has_the_value_of_its_definition(int width)
    {
        Layer layer = new(width, isInputMajor: true);
        var tape = new Tape();

        Tensor y = tape.Linear(tape.Input(layer.X), layer.Linear, tape.Input(layer.Residual));

        OpCheck.ValuesMatch(y.Data, layer.Definition);
    }

    [Theory, MemberData(nameof(OpCheck.Widths), MemberType = typeof(OpCheck))]
    public void Decoding_has_the_value_of_the_definition_too(int width)
    {
        Layer layer = new(width, isInputMajor: false);
        var tape = new Tape(records: false) { Batch = new TokenBatch { Ids = [], Positions = [], Segments = [], IsDecoding = true } };

        Tensor y = tape.Linear(tape.Input(layer.X), layer.Linear, tape.Input(layer.Residual));

        OpCheck.ValuesMatch(y.Data, layer.Definition);
    }

    /// <summary>More inputs than are summed at once, more outputs than fit one tile.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(200)]
    public void A_long_sum_gets_bias_and_residual_once(int rows)
    {
        const int Inputs = 2100, Outputs = 70;
        Parameter x = OpCheck.Random("x", rows, Inputs, 1), residual = OpCheck.Random("residual", rows, Outputs, 2);
        Linear linear = new("layer", OpCheck.Random("weight", Outputs, Inputs, 3), OpCheck.Random("bias", 1, Outputs, 4));
        var tape = new Tape();

        Tensor y = tape.Linear(tape.Input(x), linear, tape.Input(residual));

        OpCheck.ValuesMatch(y.Data, i => residual.Data[i] + Product(x, linear, i), tolerance: 1e-4);
    }

    /// <summary>Element i of x·Wᵀ + b.</summary>
    static double Product(Parameter x, Linear linear, int i)
    {
        double sum = linear.Bias!.Data[i % linear.Outputs];
        for (int k = 0; k < linear.Inputs; k++)
            sum += (double)x.Data[i / linear.Outputs * linear.Inputs + k] * linear.Weight.Data[i % linear.Outputs * linear.Inputs + k];
        return sum;
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(17, false)]
    [InlineData(7, true)]
    [InlineData(17, true)]
    public void Linear_has_the_gradient_of_its_differences(int width, bool isInputMajor)
    {
        Layer layer = new(width, isInputMajor);

        OpCheck.GradientsMatch(
            tape => tape.Linear(tape.Input(layer.X), layer.Linear, tape.Input(layer.Residual)),
            [layer.X, layer.Residual, layer.Linear.Weight, layer.Linear.Bias!, layer.Linear.Adapter!.A, layer.Linear.Adapter.B]);
    }

    [Fact]
    public void A_frozen_weight_gets_no_gradient_and_its_adapter_does()
    {
        Layer layer = new(16, isInputMajor: false);
        Linear frozen = new("frozen", Frozen(layer.Linear.Weight), Frozen(layer.Linear.Bias!)) { Adapter = layer.Linear.Adapter };

        OpCheck.GradientsMatch(tape => tape.Linear(tape.Input(layer.X), frozen), [layer.X, frozen.Adapter!.A, frozen.Adapter.B]);

        frozen.Weight.HasGrad.ShouldBeFalse();
        frozen.Bias!.HasGrad.ShouldBeFalse();

        static Parameter Frozen(Parameter parameter) => new(parameter.Name, parameter.Shape, parameter.Memory);
    }

    [Fact]
    public void Dropout_keeps_about_the_share_it_should_scaled_up_and_draws_the_same_again()
    {
        Parameter x = OpCheck.Random("x", 64, 128, 1);
        x.Data.Fill(1);
        LoraWeights adapter = new(OpCheck.Random("A", 2, 128, 2), OpCheck.Random("B", 3, 2, 3), 1, Dropout: 0.25f, Index: 4);
        float[] Draw(ulong seed)
        {
            var tape = new Tape { IsTraining = true, Seed = seed };
            return tape.Dropout(tape.Input(x), adapter).Data.ToArray();
        }

        float[] first = Draw(1);

        first.ShouldAllBe(value => value == 0 || value == 1 / 0.75f);
        first.Count(value => value == 0).ShouldBeInRange(1850, 2250); // of 8,192, a quarter
        Draw(1).ShouldBe(first);
        Draw(2).ShouldNotBe(first);
    }

    [Fact]
    public void Dropout_passes_the_gradient_of_what_it_kept()
    {
        Parameter x = OpCheck.Random("x", 3, 17, 1);
        LoraWeights adapter = new(OpCheck.Random("A", 2, 17, 2), OpCheck.Random("B", 3, 2, 3), 1, Dropout: 0.5f);

        OpCheck.GradientsMatch(
            tape =>
            {
                (tape.IsTraining, tape.Seed) = (true, 9);
                return tape.Dropout(tape.Input(x), adapter);
            },
            x);
    }

    /// <summary>A layer from <c>width</c> inputs to width + 3 outputs, with everything a layer can have.</summary>
    sealed class Layer
    {
        const int Rows = 5;
        readonly bool _isInputMajor;

        public Layer(int width, bool isInputMajor)
        {
            _isInputMajor = isInputMajor;
            int outputs = width + 3;
            X = OpCheck.Random("x", Rows, width, 1);
            Residual = OpCheck.Random("residual", Rows, outputs, 2);
            Parameter weight = isInputMajor ? OpCheck.Random("weight", width, outputs, 3) : OpCheck.Random("weight", outputs, width, 3);
            Linear = new Linear("layer", weight, OpCheck.Random("bias", 1, outputs, 4), isInputMajor)
            {
                Adapter = new LoraWeights(OpCheck.Random("A", 2, width, 5), OpCheck.Random("B", outputs, 2, 6), Scale),
            };
        }

        public Parameter X { get; }

        public Parameter Residual { get; }

        public Linear Linear { get; }

        public double Definition(int i)
        {
            int outputs = Linear.Outputs, inputs = Linear.Inputs, row = i / outputs, column = i % outputs;
            double sum = Linear.Bias!.Data[column] + (double)Residual.Data[i];
            for (int k = 0; k < inputs; k++)
            {
                double x = X.Data[row * inputs + k];
                sum += x * (_isInputMajor ? Linear.Weight.Data[k * outputs + column] : Linear.Weight.Data[column * inputs + k]);
                for (int r = 0; r < Linear.Adapter!.Rank; r++)
                    sum += Scale * x * Linear.Adapter.A.Data[r * inputs + k] * Linear.Adapter.B.Data[column * Linear.Adapter.Rank + r];
            }

            return sum;
        }
    }
}
