using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Hone.Engine.Kernels;

namespace Hone.Engine.Ops;

/// <summary>Layer normalisation (Ba, Kiros and Hinton 2016).</summary>
static class LayerNormOp
{
    /// <summary>y = gain · (x - mean) · s + shift, where s = 1 / √(variance + epsilon), row by row.</summary>
    /// <param name="x">[T, D]</param>
    public static Tensor LayerNorm(this Tape tape, Tensor x, Parameter gain, Parameter shift, float epsilon)
    {
        Tensor y = tape.New(x.Rows, x.Columns, x.NeedsGrad || gain.IsTrainable);
        Tensor moments = tape.New(x.Rows, 2); // mean and s

        Compute(x, gain, shift, epsilon, y, moments);

        if (y.NeedsGrad)
            tape.Record(y, () => Backward(tape, x, gain, shift, y, moments));
        tape.MakeForgettable(y, () => Compute(x, gain, shift, epsilon, y, moments));
        return y;
    }

    static void Compute(Tensor x, Parameter gain, Parameter shift, float epsilon, Tensor y, Tensor moments) =>
        RowBlocks.For(x.Rows, (x, gain, shift, epsilon, y, moments), static (state, first, end) =>
        {
            (Tensor x, Parameter gain, Parameter shift, float epsilon, Tensor y, Tensor moments) = state;
            for (int row = first; row < end; row++)
                Forward(x.Row(row), gain.Data, shift.Data, epsilon, y.Row(row), moments.Row(row));
        });

    static void Forward(ReadOnlySpan<float> x, ReadOnlySpan<float> gain, ReadOnlySpan<float> shift, float epsilon, Span<float> y, Span<float> moments)
    {
        float mean = Sums.Of(x) / x.Length;
        TensorPrimitives.Subtract(x, mean, y);
        float s = 1 / MathF.Sqrt(Sums.OfSquares(y) / x.Length + epsilon);
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
            Lanes.Store(Vector512.FusedMultiplyAdd(Lanes.Load(y, i) * s, Lanes.Load(gain, i), Lanes.Load(shift, i)), y, i);
        for (; i < x.Length; i++)
            y[i] = y[i] * s * gain[i] + shift[i];
        moments[0] = mean;
        moments[1] = s;
    }

    /// <summary>With n = (x - mean)·s and g = gain·dy: dx += s·(g - mean(g) - n·mean(g·n)); dgain += Σ dy·n; dshift += Σ dy.</summary>
    static void Backward(Tape tape, Tensor x, Parameter gain, Parameter shift, Tensor y, Tensor moments)
    {
        Tensor? partial = gain.IsTrainable ? tape.New(RowBlocks.Count(x.Rows), x.Columns) : null; // dgain, block by block
        if (x.NeedsGrad)
            _ = x.Grad; // cleared before the threads start
        RowBlocks.For(x.Rows, (x, gain, y, moments, partial), static (state, first, end) =>
        {
            (Tensor x, Parameter gain, Tensor y, Tensor moments, Tensor? partial) = state;
            partial?.Row(RowBlocks.IndexOf(first)).Clear();
            for (int row = first; row < end; row++)
            {
                float mean = moments.Row(row)[0];
                float s = moments.Row(row)[1];
                if (x.NeedsGrad)
                    AddInputGrad(x.Row(row), y.GradRow(row), gain.Data, mean, s, x.GradRow(row));
                if (partial is not null)
                    AddGainGrad(x.Row(row), y.GradRow(row), mean, s, partial.Row(RowBlocks.IndexOf(first)));
            }
        });
        if (partial is not null)
        {
            ColumnSums.AddTo(gain, partial.Memory, partial.Rows);
            ColumnSums.AddTo(shift, y.GradMemory, y.Rows);
        }
    }

    static void AddInputGrad(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<float> gain, float mean, float s, Span<float> dx)
    {
        float sum = Sums.OfProducts(gain, dy);
        float dot = (Sums.OfProducts(gain, dy, x) - mean * sum) * s / x.Length; // mean(g·n)
        float shift = sum / x.Length;
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> normal = (Lanes.Load(x, i) - Vector512.Create(mean)) * s;
            Vector512<float> g = Lanes.Load(gain, i) * Lanes.Load(dy, i);
            Lanes.Store(Lanes.Load(dx, i) + s * (g - Vector512.Create(shift) - normal * dot), dx, i);
        }

        for (; i < x.Length; i++)
            dx[i] += s * (gain[i] * dy[i] - shift - (x[i] - mean) * s * dot);
    }

    static void AddGainGrad(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, float mean, float s, Span<float> dgain)
    {
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
            Lanes.Store(Lanes.Load(dgain, i) + Lanes.Load(dy, i) * ((Lanes.Load(x, i) - Vector512.Create(mean)) * s), dgain, i);
        for (; i < x.Length; i++)
            dgain[i] += dy[i] * ((x[i] - mean) * s);
    }
}
