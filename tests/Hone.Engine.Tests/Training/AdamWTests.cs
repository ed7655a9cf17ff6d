using Hone.Engine.Training;
using Hone.Engine.Training.Runs;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Training;

public sealed class AdamWTests
{
    static readonly TrainingOptions Options = new() { WeightDecay = 0.1, ClipNorm = 1, Beta2 = 0.95 };

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(33)]
    [InlineData(65_537)]
    public void Three_updates_follow_the_definition(int width)
    {
        Parameter parameter = Parameter("w", [1, width], i => MathF.Sin(i));
        double[] w = [.. parameter.Data.ToArray().Select(x => (double)x)];
        double[] m = new double[width];
        double[] v = new double[width];
        var optimizer = new AdamW([parameter], Options);

        for (int step = 1; step <= 3; step++)
        {
            double[] g = [.. Enumerable.Range(0, width).Select(i => Math.Cos(i + step))];
            Write(parameter, g);
            double norm = optimizer.GradientNorm();
            optimizer.Step(0.01, norm);
            norm.ShouldBe(Math.Sqrt(g.Sum(x => (double)(float)x * (float)x)), 1e-9 * norm);
            Define(w, m, v, g, norm, step);
        }

        for (int i = 0; i < width; i++)
            ((double)parameter.Data[i]).ShouldBe(w[i], 2e-6, $"element {i}");
    }

    [Fact]
    public void Norms_and_biases_decay_only_when_asked_to()
    {
        Parameter vector = Parameter("norm", [8], _ => 1);
        Parameter same = Parameter("norm", [8], _ => 1);

        UpdateWithoutGradient(vector, Options);
        UpdateWithoutGradient(same, Options with { DecaysVectors = true });

        vector.Data[0].ShouldBe(1);
        same.Data[0].ShouldBe(1 - (0.01f * 0.1f), 1e-6f);
    }

    [Fact]
    public void A_parameter_without_a_gradient_in_this_step_counts_as_zero()
    {
        Parameter parameter = Parameter("w", [2, 8], _ => 1);
        Write(parameter, Enumerable.Repeat(5.0, 16));
        parameter.ClearGrad();

        new AdamW([parameter], Options).GradientNorm().ShouldBe(0);
    }

    static void UpdateWithoutGradient(Parameter parameter, TrainingOptions options)
    {
        var optimizer = new AdamW([parameter], options);
        optimizer.Step(0.01, optimizer.GradientNorm());
    }

    static void Define(double[] w, double[] m, double[] v, double[] grad, double norm, int step)
    {
        for (int i = 0; i < w.Length; i++)
        {
            double g = grad[i] * Math.Min(1, Options.ClipNorm / (norm + 1e-6));
            m[i] = (Options.Beta1 * m[i]) + ((1 - Options.Beta1) * g);
            v[i] = (Options.Beta2 * v[i]) + ((1 - Options.Beta2) * g * g);
            double mean = m[i] / (1 - Math.Pow(Options.Beta1, step));
            double square = v[i] / (1 - Math.Pow(Options.Beta2, step));
            w[i] -= 0.01 * Options.WeightDecay * w[i];
            w[i] -= 0.01 * mean / (Math.Sqrt(square) + Options.Epsilon);
        }
    }

    static Parameter Parameter(string name, int[] shape, Func<int, float> value)
    {
        float[] values = [.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(value)];
        var parameter = new Parameter(name, shape, values);
        parameter.MakeTrainable();
        return parameter;
    }

    static void Write(Parameter parameter, IEnumerable<double> grad) => grad.Select(x => (float)x).ToArray().CopyTo(parameter.Grad);
}
