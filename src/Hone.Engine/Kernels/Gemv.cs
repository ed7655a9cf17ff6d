namespace Hone.Engine.Kernels;

/// <summary>Products of a few rows with a large matrix, Y = alpha·X·B or Y += alpha·X·B: what one step of text generation does.</summary>
/// <remarks>
/// B is read once, where it lies and as it is stored, so the speed is that of the memory. A row of Y has the same bits whatever the other rows, and for any number
/// of threads; they differ from those of <see cref="Gemm"/>, which sums in another order.
/// </remarks>
public static class Gemv
{
    [ThreadStatic]
    static GemvJob? _job;

    /// <param name="x">[M, K], float32 and not transposed; M up to about 64.</param>
    /// <param name="b">[K, N]</param>
    /// <param name="y">[M, N], row-major with <paramref name="yStride"/> floats from row to row.</param>
    /// <param name="accumulate">Add to what is in <paramref name="y"/>; otherwise it is overwritten.</param>
    public static void Multiply(MatrixView x, MatrixView b, Memory<float> y, int yStride, float alpha = 1, bool accumulate = false)
    {
        if (x.Columns != b.Rows || x.Type != ElementType.F32 || x.IsTransposed)
            throw new ArgumentException($"X is {x.Rows}x{x.Columns}, must be {b.Rows} wide, row-major and float32.");
        if (x.Rows == 0 || b.Columns == 0)
            return;
        if (yStride < b.Columns || y.Length < (x.Rows - 1) * (long)yStride + b.Columns)
            throw new ArgumentException($"Y is {x.Rows}x{b.Columns} with a stride of {yStride}, but has {y.Length} elements.");

        (_job ??= new GemvJob()).Run(x, b, y, yStride, alpha, accumulate);
    }
}
