using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Ops;

/// <summary>Holds an operation against its definition: values in double precision, gradients by central differences.</summary>
static class OpCheck
{
    /// <summary>Widths around the vector size.</summary>
    public static TheoryData<int> Widths => [1, 7, 15, 16, 17, 31, 33, 64];

    /// <summary>Random numbers around zero, the same for the same seed.</summary>
    public static Parameter Random(string name, int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var values = new float[rows * columns];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(random.NextDouble() * 2 - 1);
        var parameter = new Parameter(name, rows == 1 ? [columns] : [rows, columns], values);
        parameter.MakeTrainable();
        return parameter;
    }

    /// <summary>A parameter as an activation whose gradient flows back into it.</summary>
    public static Tensor Input(this Tape tape, Parameter source)
    {
        Tensor x = tape.New(source.Rows, source.Columns, needsGrad: true);
        source.Data.CopyTo(x.Data);
        tape.Record(x, () => System.Numerics.Tensors.TensorPrimitives.Add(source.Grad, x.Grad, source.Grad));
        return x;
    }

    /// <summary>y = x, for operations that work in place.</summary>
    public static Tensor Copy(this Tape tape, Tensor x)
    {
        Tensor y = tape.New(x.Rows, x.Columns, x.NeedsGrad);
        x.Data.CopyTo(y.Data);
        tape.Record(y, () => System.Numerics.Tensors.TensorPrimitives.Add(x.Grad, y.Grad, x.Grad));
        return y;
    }

    public static void ValuesMatch(ReadOnlySpan<float> actual, Func<int, double> definition, double tolerance = 1e-5)
    {
        for (int i = 0; i < actual.Length; i++)
            ((double)actual[i]).ShouldBe(definition(i), tolerance * Math.Max(1, Math.Abs(definition(i))), $"at element {i}");
    }

    /// <summary>Compares every input's gradient of a random weighted sum of the output with central differences.</summary>
    public static void GradientsMatch(Func<Tape, Tensor> operation, params Parameter[] inputs)
    {
        var tape = new Tape();
        float[] analytic = [.. Gradients(tape, operation, inputs)];

        int at = 0;
        foreach (Parameter input in inputs)
        {
            for (int i = 0; i < input.Length; i++, at++)
            {
                double numeric = CentralDifference(operation, input, i);
                ((double)analytic[at]).ShouldBe(numeric, 2e-3 * Math.Max(1, Math.Abs(numeric)), $"d{input.Name}[{i}]");
            }
        }
    }

    static List<float> Gradients(Tape tape, Func<Tape, Tensor> operation, Parameter[] inputs)
    {
        foreach (Parameter input in inputs)
            input.ClearGrad();
        tape.Backward(WeightedSum(tape, operation(tape)));

        var all = new List<float>();
        foreach (Parameter input in inputs)
            all.AddRange(input.Grad);
        return all;
    }

    static double CentralDifference(Func<Tape, Tensor> operation, Parameter input, int i)
    {
        const float Step = 1f / 128;
        float value = input.Data[i];
        double above = At(value + Step), below = At(value - Step);
        input.Data[i] = value;
        return (above - below) / ((double)(value + Step) - (double)(value - Step));

        double At(float x)
        {
            input.Data[i] = x;
            Tensor y = operation(new Tape());
            double sum = 0;
            for (int k = 0; k < y.Length; k++)
                sum += (double)Weight(k) * y.Data[k];
            return sum;
        }
    }

    static Tensor WeightedSum(Tape tape, Tensor y)
    {
        Tensor loss = tape.New(1, 1, needsGrad: true);
        tape.Record(loss, () =>
        {
            for (int i = 0; i < y.Length; i++)
                y.Grad[i] += Weight(i) * loss.Grad[0];
        });
        return loss;
    }

    static float Weight(int i) => MathF.Sin(i + 1);
}
