namespace Hone.Engine.Kernels;

/// <summary>Matrix products: C = alpha·A·B, or C += alpha·A·B, in float32, of float32, bfloat16 and float16 matrices.</summary>
/// <remarks>The order of the sum over K depends on K alone: a row of C has the same bits whatever the other rows, and for any number of threads.</remarks>
public static class Gemm
{
    [ThreadStatic]
    static GemmJob? _job;

    /// <summary>On all worker threads; inside an item of <see cref="Workers.For"/>, on the calling thread.</summary>
    /// <param name="a">[M, K]</param>
    /// <param name="b">[K, N]</param>
    /// <param name="c">[M, N], row-major with <paramref name="cStride"/> floats from row to row.</param>
    /// <param name="accumulate">Add to what is in <paramref name="c"/>; otherwise it is overwritten.</param>
    public static void Multiply(MatrixView a, MatrixView b, Memory<float> c, int cStride, float alpha = 1, bool accumulate = false)
    {
        if (a.Columns != b.Rows)
            throw new ArgumentException($"A is {a.Rows}x{a.Columns} and B is {b.Rows}x{b.Columns}.");
        if (a.Rows == 0 || b.Columns == 0)
            return;
        if (cStride < b.Columns || c.Length < (a.Rows - 1) * (long)cStride + b.Columns)
            throw new ArgumentException($"C is {a.Rows}x{b.Columns} with a stride of {cStride}, but has {c.Length} elements.");

        (_job ??= new GemmJob()).Run(a, b, c, cStride, alpha, accumulate);
    }
}
