using Hone.Engine.Ops;

namespace Hone.Engine.Kernels;

/// <summary>What a product's tiles get besides it while they are in the first level cache: C = alpha·A·B + bias + residual, then the Gaussian error linear unit if asked.</summary>
/// <param name="Bias">[N], or empty.</param>
/// <param name="Residual">[M, N], with the stride of C, or empty.</param>
readonly record struct TileFinish(ReadOnlyMemory<float> Bias, ReadOnlyMemory<float> Residual, bool HasGelu = false)
{
    public bool HasAddends => Bias.Length > 0 || Residual.Length > 0;

    /// <summary>Writes bias + residual into a tile of C, to which the product is then added.</summary>
    public void WriteAddends(Span<float> c, int cStride, int row, int column, int rows, int columns)
    {
        ReadOnlySpan<float> bias = Bias.IsEmpty ? default : Bias.Span.Slice(column, columns);
        ReadOnlySpan<float> residual = Residual.Span;
        for (int i = row; i < row + rows; i++)
        {
            Span<float> target = c.Slice(i * cStride + column, columns);
            if (residual.IsEmpty)
                bias.CopyTo(target);
            else if (bias.IsEmpty)
                residual.Slice(i * cStride + column, columns).CopyTo(target);
            else
                Add(residual.Slice(i * cStride + column, columns), bias, target);
        }
    }

    /// <summary>Applies the unit to a tile of C whose sums are complete.</summary>
    public static void Gelu(Span<float> c, int cStride, int row, int column, int rows, int columns)
    {
        for (int i = row; i < row + rows; i++)
        {
            Span<float> values = c.Slice(i * cStride + column, columns);
            ExactGeluOp.Forward(values, values);
        }
    }

    static void Add(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> sums)
    {
        int i = 0;
        for (; i <= sums.Length - Lanes.Count; i += Lanes.Count)
            Lanes.Store(Lanes.Load(x, i) + Lanes.Load(y, i), sums, i);
        for (; i < sums.Length; i++)
            sums[i] = x[i] + y[i];
    }
}
