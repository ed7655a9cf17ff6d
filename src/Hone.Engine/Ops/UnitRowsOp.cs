using System.Numerics.Tensors;
using Hone.Engine.Kernels;

namespace Hone.Engine.Ops;

/// <summary>Rows of length 1.</summary>
static class UnitRowsOp
{
    /// <summary>Shorter rows are divided by this, as torch.nn.functional.normalize does.</summary>
    const float ShortestNorm = 1e-12f;

    /// <summary>y = x / max(|x|, 1e-12), row by row, over the first columns of x alone.</summary>
    /// <param name="x">[n, D]</param>
    /// <param name="columns">How many columns of x there are in y.</param>
    public static Tensor UnitRows(this Tape tape, Tensor x, int columns)
    {
        Tensor y = tape.New(x.Rows, columns, x.NeedsGrad);
        for (int row = 0; row < x.Rows; row++)
        {
            ReadOnlySpan<float> first = x.Row(row)[..columns];
            TensorPrimitives.Multiply(first, 1 / Norm(first), y.Row(row));
        }

        if (y.NeedsGrad)
            tape.Record(y, () => Backward(x, y));
        return y;
    }

    /// <summary>dx += (dy - y · Σ y·dy) / |x|.</summary>
    static void Backward(Tensor x, Tensor y)
    {
        for (int row = 0; row < y.Rows; row++)
        {
            float inverse = 1 / Norm(x.Row(row)[..y.Columns]);
            float dot = Sums.OfProducts(y.Row(row), y.GradRow(row));
            Span<float> dx = x.GradRow(row)[..y.Columns];
            TensorPrimitives.MultiplyAdd(y.GradRow(row), inverse, dx, dx);
            TensorPrimitives.MultiplyAdd(y.Row(row), -dot * inverse, dx, dx);
        }
    }

    static float Norm(ReadOnlySpan<float> row) => MathF.Max(MathF.Sqrt(Sums.OfSquares(row)), ShortestNorm);
}
