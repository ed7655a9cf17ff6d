namespace Hone.Engine;

/// <summary>The arena of a tape: best-fit blocks in a few large buffers, merged again when they are returned.</summary>
/// <remarks>Not thread-safe: one tape, one pool, one thread. Buffers are never given back before the pool dies.</remarks>
public sealed class TensorPool
{
    const int Alignment = 16; // floats: one cache line
    const int SmallestBuffer = 4 << 20;

    readonly List<Buffer> _buffers = [];

    /// <summary>Bytes of all buffers, used or free.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Bytes that a pool takes at most for tensors of so many floats at once.</summary>
    internal static long BytesFor(long floats) => (SmallestBuffer + floats + (floats / 4)) * sizeof(float);

    /// <summary>A block of at least <paramref name="length"/> floats, with whatever was in it before.</summary>
    public TensorBlock Rent(int length)
    {
        int size = Math.Max(Alignment, (int)Math.Min(Array.MaxLength, (length + (long)Alignment - 1) / Alignment * Alignment));
        int bestBuffer = -1;
        int bestGap = -1;
        int bestLength = int.MaxValue;
        for (int b = 0; b < _buffers.Count; b++)
        {
            List<Gap> gaps = _buffers[b].Gaps;
            for (int g = 0; g < gaps.Count; g++)
            {
                if (gaps[g].Length < size || gaps[g].Length >= bestLength)
                    continue;
                (bestBuffer, bestGap, bestLength) = (b, g, gaps[g].Length);
            }
        }

        if (bestBuffer < 0)
        {
            AddBuffer(size);
            (bestBuffer, bestGap) = (_buffers.Count - 1, 0);
        }

        Buffer buffer = _buffers[bestBuffer];
        Gap gap = buffer.Gaps[bestGap];
        if (gap.Length == size)
            buffer.Gaps.RemoveAt(bestGap);
        else
            buffer.Gaps[bestGap] = new Gap(gap.Offset + size, gap.Length - size);
        return new TensorBlock(buffer.Floats, gap.Offset, size);
    }

    /// <summary>Makes a rented block free again.</summary>
    public void Return(TensorBlock block)
    {
        foreach (Buffer buffer in _buffers)
        {
            if (ReferenceEquals(buffer.Floats, block.Floats))
            {
                buffer.Insert(new Gap(block.Offset, block.Length));
                return;
            }
        }

        throw new InvalidOperationException("The block does not belong to this pool.");
    }

    void AddBuffer(int size)
    {
        // A quarter of what is there: few buffers, and no more than a quarter unused.
        long wanted = Math.Max(Math.Max(size, SmallestBuffer), AllocatedBytes / sizeof(float) / 4);
        int length = (int)Math.Min(wanted, Array.MaxLength / Alignment * Alignment);
        length = Math.Max(length, size);
        _buffers.Add(new Buffer(GC.AllocateUninitializedArray<float>(length, pinned: true)));
        AllocatedBytes += (long)length * sizeof(float);
    }

    readonly record struct Gap(int Offset, int Length);

    sealed class Buffer(float[] floats)
    {
        public float[] Floats { get; } = floats;

        /// <summary>Free stretches, by offset, never adjacent.</summary>
        public List<Gap> Gaps { get; } = [new Gap(0, floats.Length)];

        public void Insert(Gap gap)
        {
            int at = 0;
            while (at < Gaps.Count && Gaps[at].Offset < gap.Offset)
                at++;

            bool joinsNext = at < Gaps.Count && gap.Offset + gap.Length == Gaps[at].Offset;
            bool joinsPrevious = at > 0 && Gaps[at - 1].Offset + Gaps[at - 1].Length == gap.Offset;
            if (joinsNext)
            {
                gap = new Gap(gap.Offset, gap.Length + Gaps[at].Length);
                Gaps.RemoveAt(at);
            }

            if (joinsPrevious)
                Gaps[at - 1] = new Gap(Gaps[at - 1].Offset, Gaps[at - 1].Length + gap.Length);
            else
                Gaps.Insert(at, gap);
        }
    }
}

/// <summary>A stretch of a pool's buffer.</summary>
public readonly record struct TensorBlock(float[] Floats, int Offset, int Length);
