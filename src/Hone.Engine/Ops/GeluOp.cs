using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Hone.Engine.Kernels;

namespace Hone.Engine.Ops;

/// <summary>The Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016), "gelu_new" in transformers.</summary>
static class GeluOp
{
    const float Root2OverPi = 0.7978845608028654f;
    const float Cubic = 0.044715f;
    const int Chunk = 1024;

    /// <summary>y = x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³))).</summary>
    public static Tensor Gelu(this Tape tape, Tensor x)
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
            // Row by row: TensorPrimitives computes a rest of fewer than four numbers in another way, and a row must not depend on those before it.
            for (int row = first; row < end; row++)
            {
                for (int start = 0; start < state.x.Columns; start += Chunk)
                {
                    int count = Math.Min(Chunk, state.x.Columns - start);
                    Forward(state.x.Row(row).Slice(start, count), state.y.Row(row).Slice(start, count));
                }
            }
        });

    static void Forward(ReadOnlySpan<float> x, Span<float> y)
    {
        Tanh(x, y);
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
            Lanes.Store(0.5f * Lanes.Load(x, i) * (Vector512<float>.One + Lanes.Load(y, i)), y, i);
        for (; i < x.Length; i++)
            y[i] = 0.5f * x[i] * (1 + y[i]);
    }

    /// <summary>With t = tanh(…): dx += dy · (1/2·(1 + t) + x/2·(1 - t²)·√(2/π)·(1 + 3·0.044715·x²)).</summary>
    static void Backward(Tensor x, Tensor y)
    {
        Memory<float> grad = x.TakeGrad(out bool accumulate);
        RowBlocks.For(x.Rows, (x, y, grad, accumulate), static (state, first, end) =>
        {
            (Tensor x, Tensor y, Memory<float> grad, bool accumulate) = state;
            int width = x.Columns;
            if (!accumulate)
                grad.Span[(first * width)..(end * width)].Clear();
            Span<float> tanh = stackalloc float[Chunk];
            for (int start = first * width; start < end * width; start += Chunk)
            {
                int count = Math.Min(Chunk, end * width - start);
                AddGrad(x.Data.Slice(start, count), y.Grad.Slice(start, count), tanh[..count], grad.Span.Slice(start, count));
            }
        });
    }

    static void AddGrad(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> tanh, Span<float> dx)
    {
        Tanh(x, tanh);
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> v = Lanes.Load(x, i), t = Lanes.Load(tanh, i);
            Vector512<float> slope = Root2OverPi * (Vector512<float>.One + 3 * Cubic * v * v);
            Vector512<float> derivative = 0.5f * (Vector512<float>.One + t) + 0.5f * v * (Vector512<float>.One - t * t) * slope;
            Lanes.Store(Lanes.Load(dx, i) + Lanes.Load(dy, i) * derivative, dx, i);
        }

        for (; i < x.Length; i++)
        {
            float t = tanh[i];
            float slope = Root2OverPi * (1 + 3 * Cubic * x[i] * x[i]);
            dx[i] += dy[i] * (0.5f * (1 + t) + 0.5f * x[i] * (1 - t * t) * slope);
        }
    }

    static void Tanh(ReadOnlySpan<float> x, Span<float> y)
    {
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> v = Lanes.Load(x, i);
            Lanes.Store(Root2OverPi * (v + Cubic * v * v * v), y, i);
        }

        for (; i < x.Length; i++)
            y[i] = Root2OverPi * (x[i] + Cubic * x[i] * x[i] * x[i]);
        TensorPrimitives.Tanh(y, y);
    }
}
