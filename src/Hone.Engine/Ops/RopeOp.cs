using System.Runtime.Intrinsics;
using Hone.Engine.Kernels;
using Hone.Engine.Models;

namespace Hone.Engine.Ops;

/// <summary>Rotary position embedding, in the layout of Hugging Face checkpoints: element i is paired with element i + half.</summary>
static class RopeOp
{
    /// <summary>Rotates each pair of each head by its position's angle, in place.</summary>
    /// <param name="x">[T, H·D]</param>
    public static Tensor Rope(this Tape tape, Tensor x, int[] positions, RopeTable table)
    {
        table.Cover(positions);
        Rotate(x, positions, table);
        if (x.NeedsGrad)
            tape.Record(null, () => RotateGrad(x, positions, table));
        return x;
    }

    static void Rotate(Tensor x, int[] positions, RopeTable table) => Rotate(x.Memory, x.Columns, positions, table, 1);

    /// <summary>The inverse rotation: it is orthogonal up to the table's factor, which appears in both directions.</summary>
    static void RotateGrad(Tensor x, int[] positions, RopeTable table) => Rotate(x.GradMemory, x.Columns, positions, table, -1);

    static void Rotate(Memory<float> rows, int width, int[] positions, RopeTable table, float direction) =>
        RowBlocks.For(positions.Length, (rows, width, positions, table, direction), static (state, first, end) =>
        {
            (Memory<float> rows, int width, int[] positions, RopeTable table, float direction) = state;
            for (int row = first; row < end; row++)
                RotateRow(rows.Span.Slice(row * width, width), table.Cosines(positions[row]), table.Sines(positions[row]), direction);
        });

    static void RotateRow(Span<float> row, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines, float direction)
    {
        int half = cosines.Length;
        for (int start = 0; start < row.Length; start += 2 * half)
        {
            Span<float> low = row.Slice(start, half);
            Span<float> high = row.Slice(start + half, half);
            int i = 0;
            for (; i <= half - Lanes.Count; i += Lanes.Count)
            {
                Vector512<float> a = Lanes.Load(low, i), b = Lanes.Load(high, i), c = Lanes.Load(cosines, i), s = direction * Lanes.Load(sines, i);
                Lanes.Store(a * c - b * s, low, i);
                Lanes.Store(b * c + a * s, high, i);
            }

            for (; i < half; i++)
            {
                float a = low[i], b = high[i], s = direction * sines[i];
                low[i] = a * cosines[i] - b * s;
                high[i] = b * cosines[i] + a * s;
            }
        }
    }
}
