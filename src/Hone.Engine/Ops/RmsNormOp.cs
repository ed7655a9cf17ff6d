using System.Runtime.Intrinsics;
using Hone.Engine.Kernels;

namespace Hone.Engine.Ops;

/// <summary>Root mean square normalisation (Zhang and Sennrich 2019).</summary>
static class RmsNormOp
{
    /// <summary>y = gain · x · s, where s = 1 / √(mean(x²) + epsilon), over each stretch of gain.Length elements of a row.</summary>
    /// <param name="x">[T, D], or [T, H·D] to normalise each head on its own.</param>
    /// <param name="gain">[D]</param>
    public static Tensor RmsNorm(this Tape tape, Tensor x, Parameter gain, float epsilon)
    {
        Tensor y = tape.New(x.Rows, x.Columns, x.NeedsGrad || gain.IsTrainable);
        Tensor scales = tape.New(x.Rows, x.Columns / gain.Length); // s of each stretch, needed again on the way back

        Compute(x, gain, epsilon, y, scales);

        if (y.NeedsGrad)
            tape.Record(y, () => Backward(tape, x, gain, y, scales));
        tape.MakeForgettable(y, () => Compute(x, gain, epsilon, y, scales));
        return y;
    }

    static void Compute(Tensor x, Parameter gain, float epsilon, Tensor y, Tensor scales) =>
        RowBlocks.For(x.Rows, (x, gain, epsilon, y, scales), static (state, first, end) =>
        {
            (Tensor x, Parameter gain, float epsilon, Tensor y, Tensor scales) = state;
            for (int row = first; row < end; row++)
            {
                for (int part = 0; part < scales.Columns; part++)
                    scales.Row(row)[part] = Forward(x.Part(row, part, gain), gain.Data, epsilon, y.Part(row, part, gain));
            }
        });

    static float Forward(ReadOnlySpan<float> x, ReadOnlySpan<float> gain, float epsilon, Span<float> y)
    {
        float s = 1 / MathF.Sqrt(Sums.OfSquares(x) / x.Length + epsilon);
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
            Lanes.Store(Lanes.Load(gain, i) * (Lanes.Load(x, i) * s), y, i);
        for (; i < x.Length; i++)
            y[i] = gain[i] * (x[i] * s);
        return s;
    }

    /// <summary>With g = gain·dy: dx += s·g - x·s³·mean(g·x); dgain += Σ dy·x·s.</summary>
    static void Backward(Tape tape, Tensor x, Parameter gain, Tensor y, Tensor scales)
    {
        Tensor? partial = gain.IsTrainable ? tape.New(RowBlocks.Count(x.Rows), gain.Length) : null; // dgain, block by block
        if (x.NeedsGrad)
            _ = x.Grad; // cleared before the threads start
        RowBlocks.For(x.Rows, (x, gain, y, scales, partial), static (state, first, end) =>
        {
            (Tensor x, Parameter gain, Tensor y, Tensor scales, Tensor? partial) = state;
            partial?.Row(RowBlocks.IndexOf(first)).Clear();
            for (int row = first; row < end; row++)
            {
                for (int part = 0; part < scales.Columns; part++)
                {
                    float s = scales.Row(row)[part];
                    ReadOnlySpan<float> xs = x.Part(row, part, gain), dy = y.GradPart(row, part, gain);
                    if (x.NeedsGrad)
                        AddInputGrad(xs, dy, gain.Data, s, x.GradPart(row, part, gain));
                    if (partial is not null)
                        AddGainGrad(xs, dy, s, partial.Row(RowBlocks.IndexOf(first)));
                }
            }
        });
        if (partial is not null)
            ColumnSums.AddTo(gain, partial.Memory, partial.Rows);
    }

    static void AddInputGrad(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<float> gain, float s, Span<float> dx)
    {
        float back = -s * s * s * Sums.OfProducts(x, dy, gain) / x.Length;
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
            Lanes.Store(Lanes.Load(dx, i) + s * Lanes.Load(gain, i) * Lanes.Load(dy, i) + back * Lanes.Load(x, i), dx, i);
        for (; i < x.Length; i++)
            dx[i] += s * gain[i] * dy[i] + back * x[i];
    }

    static void AddGainGrad(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, float s, Span<float> dgain)
    {
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
            Lanes.Store(Vector512.FusedMultiplyAdd(Lanes.Load(dy, i) * Lanes.Load(x, i), Vector512.Create(s), Lanes.Load(dgain, i)), dgain, i);
        for (; i < x.Length; i++)
            dgain[i] += dy[i] * x[i] * s;
    }

    /// <summary>The stretch of a row that one gain covers.</summary>
    static Span<float> Part(this Tensor x, int row, int part, Parameter gain) => x.Row(row).Slice(part * gain.Length, gain.Length);

    static Span<float> GradPart(this Tensor x, int row, int part, Parameter gain) => x.GradRow(row).Slice(part * gain.Length, gain.Length);
}
