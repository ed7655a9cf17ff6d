using System.Numerics.Tensors;

namespace Hone.Engine.Ops;

/// <summary>One row for each sequence of a packed batch.</summary>
static class SegmentMeanOp
{
    /// <summary>y[s] = mean of x[t] over the tokens t of sequence s.</summary>
    /// <param name="x">[T, D]</param>
    /// <param name="segments">The sequences, one after the other over all rows of x.</param>
    public static Tensor SegmentMean(this Tape tape, Tensor x, Segment[] segments)
    {
        Tensor y = tape.New(segments.Length, x.Columns, x.NeedsGrad);
        for (int s = 0; s < segments.Length; s++)
        {
            Span<float> mean = y.Row(s);
            mean.Clear();
            for (int t = 0; t < segments[s].Length; t++)
                TensorPrimitives.Add(mean, x.Row(segments[s].Start + t), mean);
            TensorPrimitives.Multiply(mean, 1f / segments[s].Length, mean);
        }

        if (y.NeedsGrad)
            tape.Record(y, () => Backward(x, segments, y));
        return y;
    }

    /// <summary>dx[t] += dy[s] / length(s).</summary>
    static void Backward(Tensor x, Segment[] segments, Tensor y)
    {
        for (int s = 0; s < segments.Length; s++)
        {
            for (int t = 0; t < segments[s].Length; t++)
            {
                Span<float> dx = x.GradRow(segments[s].Start + t);
                TensorPrimitives.MultiplyAdd(y.GradRow(s), 1f / segments[s].Length, dx, dx);
            }
        }
    }
}
