using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Hone.Engine.Kernels;

namespace Hone.Engine.Ops;

/// <summary>The gated activation of Llama-like models (Shazeer 2020, "GLU Variants Improve Transformer").</summary>
static class SwiGluOp
{
    /// <summary>Elements of a row at a time: what is written by one loop is still in the first level cache for the next.</summary>
    const int Chunk = 1024;

    /// <summary>y = gate · σ(gate) · up.</summary>
    public static Tensor SwiGlu(this Tape tape, Tensor gate, Tensor up)
    {
        Tensor y = tape.New(gate.Rows, gate.Columns, gate.NeedsGrad || up.NeedsGrad);

        Compute(gate, up, y);

        if (y.NeedsGrad)
            tape.Record(y, () => Backward(gate, up, y));
        tape.MakeForgettable(y, () => Compute(gate, up, y));
        return y;
    }

    static void Compute(Tensor gate, Tensor up, Tensor y) =>
        RowBlocks.For(gate.Rows, (gate, up, y), static (state, first, end) =>
        {
            (Tensor gate, Tensor up, Tensor y) = state;
            for (int row = first; row < end; row++)
            {
                for (int start = 0; start < y.Columns; start += Chunk)
                {
                    int count = Math.Min(Chunk, y.Columns - start);
                    Forward(gate.Row(row).Slice(start, count), up.Row(row).Slice(start, count), y.Row(row).Slice(start, count));
                }
            }
        });

    static void Forward(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y)
    {
        TensorPrimitives.Sigmoid(gate, y);
        int i = 0;
        for (; i <= y.Length - Lanes.Count; i += Lanes.Count)
            Lanes.Store(Lanes.Load(gate, i) * Lanes.Load(y, i) * Lanes.Load(up, i), y, i);
        for (; i < y.Length; i++)
            y[i] = gate[i] * y[i] * up[i];
    }

    /// <summary>With s = σ(gate): dup += dy·gate·s; dgate += dy·up·s·(1 + gate·(1 - s)).</summary>
    static void Backward(Tensor gate, Tensor up, Tensor y)
    {
        Memory<float> gateGrad = gate.TakeGrad(out bool addsToGate);
        Memory<float> upGrad = up.TakeGrad(out bool addsToUp);
        RowBlocks.For(gate.Rows, (gate, up, y, gateGrad, addsToGate, upGrad, addsToUp), static (state, first, end) =>
        {
            (Tensor gate, Tensor up, Tensor y, Memory<float> gateGrad, bool addsToGate, Memory<float> upGrad, bool addsToUp) = state;
            int width = gate.Columns;
            Span<float> dgates = gateGrad.Span[(first * width)..(end * width)];
            Span<float> dups = upGrad.Span[(first * width)..(end * width)];
            if (!addsToGate)
                dgates.Clear();
            if (!addsToUp)
                dups.Clear();
            Span<float> sigmoid = stackalloc float[Chunk];
            for (int start = first * width; start < end * width; start += Chunk)
            {
                int count = Math.Min(Chunk, end * width - start);
                int inside = start - first * width;
                AddGrads(gate.Data.Slice(start, count), up.Data.Slice(start, count), y.Grad.Slice(start, count), sigmoid[..count], dgates.Slice(inside, count), dups.Slice(inside, count));
            }
        });
    }

    static void AddGrads(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, ReadOnlySpan<float> dy, Span<float> sigmoid, Span<float> dgate, Span<float> dup)
    {
        TensorPrimitives.Sigmoid(gate, sigmoid);
        int i = 0;
        for (; i <= gate.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> s = Lanes.Load(sigmoid, i), g = Lanes.Load(gate, i), back = Lanes.Load(dy, i) * s;
            Lanes.Store(Lanes.Load(dup, i) + back * g, dup, i);
            Lanes.Store(Lanes.Load(dgate, i) + back * Lanes.Load(up, i) * (Vector512<float>.One + g * (Vector512<float>.One - s)), dgate, i);
        }

        for (; i < gate.Length; i++)
        {
            float back = dy[i] * sigmoid[i];
            dup[i] += back * gate[i];
            dgate[i] += back * up[i] * (1 + gate[i] * (1 - sigmoid[i]));
        }
    }
}
