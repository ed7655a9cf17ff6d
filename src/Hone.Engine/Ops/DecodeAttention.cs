using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Hone.Engine.Generation;
using Hone.Engine.Kernels;

namespace Hone.Engine.Ops;

/// <summary>Attention of sequences that continue by one token each: every cached key and value is read once for all query heads that share it.</summary>
/// <remarks>The order of every sum follows from the number of keys alone, so a sequence has the same bits alone or among others.</remarks>
static class DecodeAttention
{
    /// <summary>Products that are worth a thread's while.</summary>
    const long WorkPerThread = 64 * 1024;

    [ThreadStatic]
    static float[]? _scores;

    /// <summary>y = softmax(scale · q·kᵀ) · v over the tokens of each sequence's cache and the one being appended.</summary>
    /// <param name="q">[sequences, H·D]</param>
    public static void Attend(Tensor q, Segment[] segments, int layer, AttentionShape shape, Tensor y)
    {
        long work = 0;
        foreach (Segment segment in segments)
        {
            if (segment.Length != 1 || segment.Cache is null)
                throw new InvalidOperationException("A decoding batch has one token for each cached sequence.");
            work += (long)(segment.Cache.Length + 1) * q.Columns;
        }

        int items = segments.Length * shape.KeyValueHeads;
        if (work < WorkPerThread)
        {
            for (int item = 0; item < items; item++)
                AttendItem(item, q, segments, layer, shape, y);
        }
        else
        {
            Workers.For(items, (q, segments, layer, shape, y), static (state, item) => AttendItem(item, state.q, state.segments, state.layer, state.shape, state.y));
        }
    }

    static void AttendItem(int item, Tensor q, Segment[] segments, int layer, AttentionShape shape, Tensor y)
    {
        Segment segment = segments[item / shape.KeyValueHeads];
        int keyHead = item % shape.KeyValueHeads;
        int width = shape.HeadWidth, column = keyHead * width;
        int first = keyHead * shape.Group * width, length = shape.Group * width;
        KvCache cache = segment.Cache!;
        int end = cache.Length + 1;
        int from = shape.Window == 0 ? 0 : Math.Max(0, end - shape.Window);
        int seen = end - from;
        Span<float> scores = Scores(shape.Group * seen);

        for (int token = from; token < end; token = KvCache.BlockEnd(token))
        {
            int count = Math.Min(end, KvCache.BlockEnd(token)) - token;
            Score(q.Row(segment.Start).Slice(first, length), width, cache.Keys(layer, token).Span[column..], cache.Width, count, shape.Scale, scores[(token - from)..], seen);
        }

        for (int head = 0; head < shape.Group; head++)
            SoftMax(scores.Slice(head * seen, seen));

        Span<float> output = y.Row(segment.Start).Slice(first, length);
        output.Clear();
        for (int token = from; token < end; token = KvCache.BlockEnd(token))
        {
            int count = Math.Min(end, KvCache.BlockEnd(token)) - token;
            AddValues(scores[(token - from)..], seen, cache.Values(layer, token).Span[column..], cache.Width, count, width, output);
        }
    }

    /// <summary>scores[h, t] = scale · q[h]·k[t].</summary>
    static void Score(ReadOnlySpan<float> q, int width, ReadOnlySpan<float> keys, int stride, int count, float scale, Span<float> scores, int scoreStride)
    {
        for (int token = 0; token < count; token++)
        {
            ReadOnlySpan<float> key = keys.Slice(token * stride, width);
            for (int head = 0, at = token; head * width < q.Length; head++, at += scoreStride)
                scores[at] = scale * Sums.OfProducts(q.Slice(head * width, width), key);
        }
    }

    static void SoftMax(Span<float> row)
    {
        TensorPrimitives.Subtract(row, TensorPrimitives.Max(row), row);
        TensorPrimitives.Exp(row, row);
        TensorPrimitives.Multiply(row, 1 / Sums.Of(row), row);
    }

    /// <summary>y[h] += Σ over t of p[h, t]·v[t], in the order of t.</summary>
    static void AddValues(ReadOnlySpan<float> p, int stride, ReadOnlySpan<float> values, int valueStride, int count, int width, Span<float> y)
    {
        for (int token = 0; token < count; token++)
        {
            ReadOnlySpan<float> value = values.Slice(token * valueStride, width);
            for (int head = 0, at = token; head * width < y.Length; head++, at += stride)
                AddScaled(p[at], value, y.Slice(head * width, width));
        }
    }

    static void AddScaled(float factor, ReadOnlySpan<float> x, Span<float> y)
    {
        Vector512<float> factors = Vector512.Create(factor);
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
            Lanes.Store(Vector512.MultiplyAddEstimate(factors, Lanes.Load(x, i), Lanes.Load(y, i)), y, i);
        for (; i < x.Length; i++)
            y[i] += factor * x[i];
    }

    static Span<float> Scores(int length)
    {
        if (_scores is null || _scores.Length < length)
            _scores = GC.AllocateUninitializedArray<float>(Math.Max(length, 2 * (_scores?.Length ?? 0)));
        return _scores.AsSpan(0, length);
    }
}
