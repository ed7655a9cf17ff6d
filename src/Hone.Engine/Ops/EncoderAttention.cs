using System.Numerics.Tensors;
using Hone.Engine.Kernels;

namespace Hone.Engine.Ops;

/// <summary>Attention in which each token sees its whole text: keys and values of a head are packed once, and blocks of queries pass over them.</summary>
/// <remarks>Every sum runs over all keys in order, so a text has the same bits alone or among others. 1.4x over whole products for heads of 32 and 180 tokens, 1.2x for heads of 64.</remarks>
static class EncoderAttention
{
    /// <summary>A multiple of a strip, and few enough that their scores stay in the second level cache.</summary>
    const int QueriesPerBlock = 16;

    [ThreadStatic]
    static Scratch? _scratch;

    /// <summary>y = softmax(scale · q·kᵀ) · v for one head of one text.</summary>
    /// <param name="logSums">Gets the logarithm of each row's sum of exponentials.</param>
    public static void Forward(in AttentionHead head, Tensor y, Tensor logSums)
    {
        Scratch scratch = _scratch ??= new Scratch();
        scratch.Resize(head.Length, head.Width);
        var all = new KeyRange(0, head.Length);
        Strips.Pack(head.K(head.WholeStrips(all)), 0, Strips.Count(head.Length), 0, head.Width, scratch.Keys.Span, inHalves: false);
        Strips.Pack(head.V(all).Transposed, 0, Strips.Count(head.Width), 0, head.Length, scratch.Values.Span, inHalves: false);
        for (int first = 0; first < head.Length; first += QueriesPerBlock)
            Forward(head, first, Math.Min(QueriesPerBlock, head.Length - first), scratch, y, logSums);
    }

    static void Forward(in AttentionHead head, int first, int count, Scratch scratch, Tensor y, Tensor logSums)
    {
        int strips = Strips.Count(count), stride = Strips.Count(head.Length) * Strips.Lanes;
        Strips.Pack(head.Q(first, head.WholeStrips(new KeyRange(first, count)).Count), 0, strips, 0, head.Width, scratch.Rows.Span, inHalves: true);
        Span<float> scores = scratch.Scores.Span;
        Multiply(scratch.Rows.Span, head.Width, scratch.Keys.Span, head.Width, scores, stride, strips * Strips.Lanes, stride, head.Scale);

        Span<float> scales = stackalloc float[QueriesPerBlock];
        for (int i = 0; i < count; i++)
        {
            Span<float> row = scores.Slice(i * stride, stride);
            row[head.Length..].Fill(float.NegativeInfinity);
            (float max, float sum) = Exponential.SoftMax(row);
            scales[i] = 1 / sum;
            logSums.Row(head.Start + first + i)[head.Number] = max + MathF.Log(sum);
        }

        var weights = new MatrixView(scratch.Scores, strips * Strips.Lanes, stride, stride);
        Strips.Pack(weights, 0, strips, 0, stride, scratch.Rows.Span, inHalves: true);
        Span<float> to = head.Of(y.Memory, y.Columns, first).Span;
        Multiply(scratch.Rows.Span, stride, scratch.Values.Span, head.Length, to, y.Columns, count, head.Width, 1);
        for (int i = 0; i < count; i++)
        {
            Span<float> row = to.Slice(i * y.Columns, head.Width);
            TensorPrimitives.Multiply(row, scales[i], row);
        }
    }

    /// <summary>C = alpha·A·B of packed strips. A panel of B stays in the first level cache while the rows of A pass by.</summary>
    /// <param name="aDepth">Columns that A was packed with, the first <paramref name="depth"/> of which are summed.</param>
    static void Multiply(ReadOnlySpan<float> a, int aDepth, ReadOnlySpan<float> b, int depth, Span<float> c, int cStride, int rows, int columns, float alpha)
    {
        const int PanelColumns = GemmTile.Width * Strips.Lanes;
        for (int column = 0; column < columns; column += PanelColumns)
        {
            int width = Math.Min(PanelColumns, columns - column);
            ReadOnlySpan<float> panel = b.Slice(column * depth, Strips.Count(width) * Strips.Lanes * depth);
            for (int row = 0; row < rows; row += GemmTile.Rows)
                GemmTile.Multiply(a[(row * aDepth)..], panel, depth, c[(row * cStride + column)..], cStride, Math.Min(GemmTile.Rows, rows - row), width, alpha, add: false);
        }
    }

    /// <summary>What a thread needs for one head of one text, as strips but for the scores.</summary>
    sealed class Scratch
    {
        Memory<float> _memory;

        public Memory<float> Keys { get; private set; }

        public Memory<float> Values { get; private set; }

        /// <summary>A block of queries, later their weights.</summary>
        public Memory<float> Rows { get; private set; }

        public Memory<float> Scores { get; private set; }

        public void Resize(int length, int width)
        {
            int stride = Strips.Count(length) * Strips.Lanes;
            int keys = stride * width, values = Strips.Count(width) * Strips.Lanes * length, rows = QueriesPerBlock * Math.Max(stride, width), scores = QueriesPerBlock * stride;
            // Whole cache lines each.
            values = Strips.Count(values) * Strips.Lanes;
            int all = keys + values + rows + scores;
            if (_memory.Length < all)
                _memory = AlignedMemory.Allocate<float>(Math.Max(all, 2 * _memory.Length));
            Keys = _memory[..keys];
            Values = _memory.Slice(keys, values);
            Rows = _memory.Slice(keys + values, rows);
            Scores = _memory.Slice(keys + values + rows, scores);
        }
    }
}
