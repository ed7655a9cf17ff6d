using System.Numerics.Tensors;
using Hone.Engine.Kernels;

namespace Hone.Engine.Ops;

/// <summary>The shape of an attention layer.</summary>
/// <param name="Heads">Query heads; query head h reads key-value head h / (Heads / KeyValueHeads).</param>
/// <param name="HeadWidth">Elements of one head.</param>
/// <param name="Window">How many tokens, itself included, a token sees; 0 for all before it.</param>
/// <param name="Scale">Multiplies q·k.</param>
/// <param name="SeesAll">Whether each token sees the whole sequence, as in an encoder, not only what is before it.</param>
public readonly record struct AttentionShape(int Heads, int KeyValueHeads, int HeadWidth, int Window, float Scale, bool SeesAll = false)
{
    public int Group => Heads / KeyValueHeads;
}

/// <summary>Scaled dot-product attention (Vaswani et al. 2017), causal or not, within each sequence of a packed batch.</summary>
/// <remarks>Only the log-sum of each row is kept for the way back; probabilities are computed again, block by block (Dao et al. 2022, "FlashAttention").</remarks>
static class AttentionOp
{
    internal const int QueriesPerBlock = 64;

    [ThreadStatic]
    static Scratch? _scratch;

    /// <summary>y = softmax(scale · q·kᵀ, over the tokens that it sees) · v, head by head.</summary>
    /// <param name="q">[T, H·D]</param>
    /// <param name="k">[T, K·D]</param>
    /// <param name="v">[T, K·D]</param>
    /// <param name="layer">The layer's number in the caches of the batch's sequences.</param>
    public static Tensor Attention(this Tape tape, Tensor q, Tensor k, Tensor v, int layer, AttentionShape shape)
    {
        Segment[] segments = tape.Batch.Segments;
        AppendToCaches(segments, layer, k, v);
        Tensor y = tape.New(q.Rows, q.Columns, q.NeedsGrad || k.NeedsGrad || v.NeedsGrad);
        if (tape.Batch.IsDecoding)
        {
            DecodeAttention.Attend(q, segments, layer, shape, y);
            return y;
        }

        Tensor logSums = tape.New(q.Rows, shape.Heads);
        Workers.For(segments.Length * shape.Heads, (q, k, v, y, logSums, segments, layer, shape), static (state, item) =>
        {
            (Tensor q, Tensor k, Tensor v, Tensor y, Tensor logSums, Segment[] segments, int layer, AttentionShape shape) = state;
            var head = new AttentionHead(q, k, v, segments[item / shape.Heads], layer, item % shape.Heads, shape);
            if (shape.SeesAll)
            {
                EncoderAttention.Forward(head, y, logSums);
                return;
            }

            for (int first = 0; first < head.Length; first += QueriesPerBlock)
                Forward(head, first, Math.Min(QueriesPerBlock, head.Length - first), y, logSums);
        });
        if (y.NeedsGrad)
            tape.Record(y, () => Backward(tape, q, k, v, y, logSums, segments, layer, shape));
        return y;
    }

    static void AppendToCaches(Segment[] segments, int layer, Tensor k, Tensor v)
    {
        foreach (Segment segment in segments)
        {
            if (segment.Cache is null)
                continue;
            int first = segment.Start * k.Columns, length = segment.Length * k.Columns;
            segment.Cache.Append(layer, k.Data.Slice(first, length), v.Data.Slice(first, length));
        }
    }

    static void Forward(in AttentionHead head, int first, int count, Tensor y, Tensor logSums)
    {
        KeyRange keys = head.KeysOf(first, count);
        Memory<float> scores = ScoresOf(head, first, count, keys, out Scratch _);
        Span<float> values = scores.Span;
        for (int i = 0; i < count; i++)
        {
            Span<float> row = values.Slice(i * keys.Count, keys.Count);
            (int from, int to) = head.Visible(first + i, keys);
            Span<float> seen = row[from..to];
            float max = TensorPrimitives.Max(seen);
            TensorPrimitives.Subtract(seen, max, seen);
            TensorPrimitives.Exp(seen, seen);
            float sum = Sums.Of(seen);
            TensorPrimitives.Multiply(seen, 1 / sum, seen);
            row[..from].Clear();
            row[to..].Clear();
            logSums.Row(head.Start + first + i)[head.Number] = max + MathF.Log(sum);
        }

        var probabilities = new MatrixView(scores, count, keys.Count);
        for (KeyRange part = head.FirstPart(keys); part.Count > 0; part = head.NextPart(part, keys))
        {
            int column = part.First - keys.First;
            Gemm.Multiply(
                probabilities.ColumnRange(column, part.Count), head.V(part), head.Of(y.Memory, y.Columns, first), y.Columns,
                accumulate: column > 0);
        }
    }

    static void Backward(Tape tape, Tensor q, Tensor k, Tensor v, Tensor y, Tensor logSums, Segment[] segments, int layer, AttentionShape shape)
    {
        // Each query head adds to keys and values of its own; the heads of a group are summed afterwards, in order.
        Tensor dk = shape.Group == 1 ? k : tape.New(q.Rows, q.Columns, needsGrad: true);
        Tensor dv = shape.Group == 1 ? v : tape.New(q.Rows, q.Columns, needsGrad: true);
        foreach (Tensor tensor in (ReadOnlySpan<Tensor>)[q, dk, dv])
            _ = tensor.Grad; // allocate before the threads start
        Workers.For(segments.Length * shape.Heads, (q, k, v, y, logSums, segments, layer, shape, dk, dv), static (state, item) =>
        {
            (Tensor q, Tensor k, Tensor v, Tensor y, Tensor logSums, Segment[] segments, int layer, AttentionShape shape, Tensor dk, Tensor dv) = state;
            var head = new AttentionHead(q, k, v, segments[item / shape.Heads], layer, item % shape.Heads, shape);
            for (int first = 0; first < head.Length; first += QueriesPerBlock)
                BackwardBlock(head, first, Math.Min(QueriesPerBlock, head.Length - first), y, logSums, dk, dv);
        });
        if (shape.Group > 1)
        {
            SumGroups(dk, k, shape);
            SumGroups(dv, v, shape);
            dk.Release();
            dv.Release();
        }
    }

    /// <summary>With p the probabilities and D = Σ dy·y: dv += pᵀ·dy, ds = p·(dy·vᵀ - D)·scale, dq += ds·k, dk += dsᵀ·q.</summary>
    static void BackwardBlock(in AttentionHead head, int first, int count, Tensor y, Tensor logSums, Tensor dk, Tensor dv)
    {
        KeyRange keys = head.KeysOf(first, count);
        Memory<float> probabilities = ScoresOf(head, first, count, keys, out Scratch scratch);
        Memory<float> dscores = scratch.Second(count * keys.Count);
        var dy = new MatrixView(head.Of(y.GradMemory, y.Columns, first), count, head.Width, y.Columns);
        Gemm.Multiply(dy, head.V(keys).Transposed, dscores, keys.Count);
        for (int i = 0; i < count; i++)
        {
            int row = head.Start + first + i;
            Span<float> p = probabilities.Span.Slice(i * keys.Count, keys.Count);
            Span<float> ds = dscores.Span.Slice(i * keys.Count, keys.Count);
            (int from, int to) = head.Visible(first + i, keys);
            Span<float> seen = p[from..to];
            TensorPrimitives.Subtract(seen, logSums.Row(row)[head.Number], seen);
            TensorPrimitives.Exp(seen, seen);
            p[..from].Clear();
            p[to..].Clear();
            int offset = head.Number * head.Width;
            float dot = Sums.OfProducts(y.GradRow(row).Slice(offset, head.Width), y.Row(row).Slice(offset, head.Width));
            TensorPrimitives.Subtract(ds, dot, ds);
            TensorPrimitives.Multiply(ds, p, ds);
            TensorPrimitives.Multiply(ds, head.Scale, ds);
        }

        var ps = new MatrixView(probabilities, count, keys.Count);
        var dss = new MatrixView(dscores, count, keys.Count);
        Gemm.Multiply(ps.Transposed, dy, head.KeyGrad(dv, keys), dv.Columns, 1, accumulate: true);
        Gemm.Multiply(dss, head.K(keys), head.QueryGrad(first), head.QueryStride, 1, accumulate: true);
        Gemm.Multiply(dss.Transposed, head.Q(first, count), head.KeyGrad(dk, keys), dk.Columns, 1, accumulate: true);
    }

    static Memory<float> ScoresOf(in AttentionHead head, int first, int count, KeyRange keys, out Scratch scratch)
    {
        scratch = _scratch ??= new Scratch();
        Memory<float> scores = scratch.First(count * keys.Count);
        for (KeyRange part = head.FirstPart(keys); part.Count > 0; part = head.NextPart(part, keys))
            Gemm.Multiply(head.Q(first, count), head.K(part).Transposed, scores[(part.First - keys.First)..], keys.Count, head.Scale);
        return scores;
    }

    static void SumGroups(Tensor perHead, Tensor target, AttentionShape shape)
    {
        _ = target.Grad; // allocate before the threads start
        RowBlocks.For(target.Rows, (perHead, target, shape), static (state, first, end) =>
        {
            (Tensor perHead, Tensor target, AttentionShape shape) = state;
            for (int row = first; row < end; row++)
            {
                for (int head = 0; head < shape.Heads; head++)
                {
                    Span<float> sum = target.GradRow(row).Slice(head / shape.Group * shape.HeadWidth, shape.HeadWidth);
                    TensorPrimitives.Add(sum, perHead.GradRow(row).Slice(head * shape.HeadWidth, shape.HeadWidth), sum);
                }
            }
        });
    }

    /// <summary>Two growing buffers of one thread.</summary>
    sealed class Scratch
    {
        float[] _first = [];
        float[] _second = [];

        public Memory<float> First(int length) => Grow(ref _first, length);

        public Memory<float> Second(int length) => Grow(ref _second, length);

        static Memory<float> Grow(ref float[] buffer, int length)
        {
            if (buffer.Length < length)
                buffer = GC.AllocateUninitializedArray<float>(Math.Max(length, buffer.Length * 2));
            return buffer.AsMemory(0, length);
        }
    }
}
