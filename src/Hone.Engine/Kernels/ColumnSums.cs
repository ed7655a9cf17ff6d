using System.Numerics.Tensors;

namespace Hone.Engine.Kernels;

/// <summary>Sums over the rows of a matrix, column by column, in the order of the rows.</summary>
static class ColumnSums
{
    const int ColumnsPerItem = 256;

    /// <summary>grad[c] += Σ over rows of values[row, c].</summary>
    /// <param name="values">[rows, vector.Length]</param>
    public static void AddTo(Parameter vector, Memory<float> values, int rows)
    {
        Memory<float> grad = vector.GradMemory; // cleared before the threads start
        Workers.For((vector.Length + ColumnsPerItem - 1) / ColumnsPerItem, (grad, values, rows), static (state, item) =>
        {
            (Memory<float> grad, Memory<float> values, int rows) = state;
            int first = item * ColumnsPerItem;
            int width = Math.Min(ColumnsPerItem, grad.Length - first);
            Span<float> sums = grad.Span.Slice(first, width);
            for (int row = 0; row < rows; row++)
                TensorPrimitives.Add(sums, values.Span.Slice(row * grad.Length + first, width), sums);
        });
    }
}
