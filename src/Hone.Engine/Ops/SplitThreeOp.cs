using System.Numerics.Tensors;
using Hone.Engine.Kernels;

namespace Hone.Engine.Ops;

/// <summary>Queries, keys and values that one product made.</summary>
static class SplitThreeOp
{
    /// <summary>The three thirds of every row.</summary>
    /// <param name="x">[T, 3·D]</param>
    public static (Tensor First, Tensor Second, Tensor Third) SplitThree(this Tape tape, Tensor x) =>
        (Columns(tape, x, 0), Columns(tape, x, 1), Columns(tape, x, 2));

    /// <summary>y = x[:, part·D .. (part + 1)·D].</summary>
    static Tensor Columns(Tape tape, Tensor x, int part)
    {
        int width = x.Columns / 3;
        Tensor y = tape.New(x.Rows, width, x.NeedsGrad);
        RowBlocks.For(x.Rows, (x, y, part), static (state, first, end) =>
        {
            for (int row = first; row < end; row++)
                state.x.Row(row).Slice(state.part * state.y.Columns, state.y.Columns).CopyTo(state.y.Row(row));
        });

        if (y.NeedsGrad)
            tape.Record(y, () => Backward(x, y, part));
        return y;
    }

    static void Backward(Tensor x, Tensor y, int part)
    {
        _ = x.Grad; // cleared before the threads start
        RowBlocks.For(x.Rows, (x, y, part), static (state, first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                Span<float> dx = state.x.GradRow(row).Slice(state.part * state.y.Columns, state.y.Columns);
                TensorPrimitives.Add(dx, state.y.GradRow(row), dx);
            }
        });
    }
}
