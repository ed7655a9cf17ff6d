using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Hone.Engine.Kernels;

namespace Hone.Engine.Ops;

/// <summary>The Gaussian error linear unit with the error function (Hendrycks and Gimpel 2016), "gelu" in transformers.</summary>
static class ExactGeluOp
{
    const float InverseRoot2 = 0.70710678118654752f;
    const float InverseRoot2Pi = 0.39894228040143268f;
    const int Chunk = 512;

    /// <summary>y = x · Φ(x), where Φ(x) = 1/2 · (1 + erf(x/√2)).</summary>
    public static Tensor ExactGelu(this Tape tape, Tensor x)
    {
        Tensor y = tape.New(x.Rows, x.Columns, x.NeedsGrad);

        Compute(x, y);

        if (y.NeedsGrad)
            tape.Record(y, () => Backward(x, y));
        tape.MakeForgettable(y, () => Compute(x, y));
        return y;
    }

    static void Compute(Tensor x, Tensor y) =>
        RowBlocks.For(x.Rows, (x, y), static (state, first, end) =>
        {
            for (int row = first; row < end; row++)
                Forward(state.x.Row(row), state.y.Row(row));
        });

    static void Forward(ReadOnlySpan<float> x, Span<float> y)
    {
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> v = Lanes.Load(x, i);
            Lanes.Store(0.5f * v * (Vector512<float>.One + ErrorFunction.Of(v * InverseRoot2)), y, i);
        }
        for (; i < x.Length; i++)
            y[i] = 0.5f * x[i] * (1 + ErrorFunction.Of(x[i] * InverseRoot2));
    }

    /// <summary>dx += dy · (Φ(x) + x·φ(x)), where φ(x) = exp(-x²/2) / √(2π).</summary>
    static void Backward(Tensor x, Tensor y)
    {
        Memory<float> grad = x.TakeGrad(out bool accumulate);
        RowBlocks.For(x.Rows, (x, y, grad, accumulate), static (state, first, end) =>
        {
            (Tensor x, Tensor y, Memory<float> grad, bool accumulate) = state;
            int width = x.Columns;
            if (!accumulate)
                grad.Span[(first * width)..(end * width)].Clear();
            Span<float> density = stackalloc float[Chunk];
            for (int start = first * width; start < end * width; start += Chunk)
            {
                int count = Math.Min(Chunk, end * width - start);
                AddGrad(x.Data.Slice(start, count), y.Grad.Slice(start, count), density[..count], grad.Span.Slice(start, count));
            }
        });
    }

    static void AddGrad(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> density, Span<float> dx)
    {
        TensorPrimitives.Multiply(x, x, density);
        TensorPrimitives.Multiply(density, -0.5f, density);
        TensorPrimitives.Exp(density, density);
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> v = Lanes.Load(x, i);
            Vector512<float> cumulative = 0.5f * (Vector512<float>.One + ErrorFunction.Of(v * InverseRoot2));
            Lanes.Store(Lanes.Load(dx, i) + Lanes.Load(dy, i) * (cumulative + v * InverseRoot2Pi * Lanes.Load(density, i)), dx, i);
        }

        for (; i < x.Length; i++)
            dx[i] += dy[i] * (0.5f * (1 + ErrorFunction.Of(x[i] * InverseRoot2)) + x[i] * InverseRoot2Pi * density[i]);
    }
}
