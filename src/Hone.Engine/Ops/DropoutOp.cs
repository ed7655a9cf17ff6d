using Hone.Engine.Adapters;
using Hone.Engine.Kernels;

namespace Hone.Engine.Ops;

/// <summary>Dropout before a LoRA adapter.</summary>
static class DropoutOp
{
    /// <summary>y = x·keep / (1 - p); x itself outside training or with p = 0.</summary>
    /// <remarks>Whether an element is kept depends on the step's seed, the layer and the element's place alone: recomputation draws the same.</remarks>
    public static Tensor Dropout(this Tape tape, Tensor x, LoraWeights adapter)
    {
        if (!tape.IsTraining || adapter.Dropout == 0)
            return x;

        Tensor y = tape.New(x.Rows, x.Columns, x.NeedsGrad);
        float probability = adapter.Dropout;
        ulong seed = tape.Seed + (ulong)adapter.Index * 0x9E3779B97F4A7C15;
        ApplyToRows(x.Memory, y.Memory, x.Columns, seed, probability, adds: false);
        if (y.NeedsGrad)
            tape.Record(y, () => ApplyToRows(y.GradMemory, x.GradMemory, x.Columns, seed, probability, adds: true));
        return y;
    }

    static void ApplyToRows(Memory<float> from, Memory<float> to, int width, ulong seed, float probability, bool adds) =>
        RowBlocks.For(from.Length / width, (from, to, width, seed, probability, adds), static (state, first, end) =>
        {
            int start = first * state.width, length = (end - first) * state.width;
            Apply(state.from.Span.Slice(start, length), state.to.Span.Slice(start, length), state.seed, (ulong)start, state.probability, state.adds);
        });

    static void Apply(ReadOnlySpan<float> x, Span<float> y, ulong seed, ulong firstIndex, float probability, bool adds)
    {
        float scale = 1 / (1 - probability);
        ulong threshold = (ulong)(probability * 4294967296.0);
        for (int i = 0; i < x.Length; i++)
        {
            bool isKept = (SeededRandom.Mix(seed + firstIndex + (ulong)i) >> 32) >= threshold;
            y[i] = (adds ? y[i] : 0) + (isKept ? x[i] * scale : 0);
        }
    }
}
