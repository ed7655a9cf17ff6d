using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hone.Engine.Checkpoints;
using Hone.Engine.Kernels;

namespace Hone.Engine.Neighbours;

/// <summary>What is seen of a segment's vectors in the few directions in which most of them lies: 16 and 64 bytes a row, from which follows what a row's key can be at most.</summary>
/// <remarks>
/// With z = U·y for orthonormal directions U and y = gain · x: q·y = Uq·z + (rest of q)·(rest of y) ≤ Uq·z + ‖rest of q‖ · ‖rest of y‖ (Cauchy and Schwarz).
/// The last number of a shadow is the length of the rest, rounded up, so that the whole bound is one dot product. Sixty-four rows share a scale and the greatest error of their codes.
/// </remarks>
sealed class SegmentShadows : IDisposable
{
    /// <summary>Vectors that are shorter have no shadows: their codes are as short.</summary>
    public const int MinDimensions = 96;

    /// <summary>Rows that share a scale.</summary>
    public const int Block = 64;

    const ulong Mark = 0x31_77_6F_64_61_68_73_68; // "hshadow1"
    const int HeaderLength = 64, SampleRows = 2048, SampleFloats = 1 << 22, RowsAtOnce = 1024;

    readonly MappedFile? _file;
    readonly Memory<float> _directions;

    SegmentShadows(double doubt, Memory<float> directions, ShadowLevel brief, ShadowLevel full, Memory<float> biases, MappedFile? file)
    {
        (Doubt, _directions, Brief, Full, _file) = (doubt, directions, brief, full, file);
        Biases = biases;
    }

    /// <summary>The first look: sixteen rows at a time.</summary>
    public ShadowLevel Brief { get; }

    /// <summary>The second look: a row at a time.</summary>
    public ShadowLevel Full { get; }

    /// <summary>The greatest bias of each block.</summary>
    public Memory<float> Biases { get; }

    /// <summary>‖computed U·y − U·y‖ ≤ Doubt · ‖y‖, with directions that are orthonormal exactly: roundings of float.</summary>
    public double Doubt { get; }

    /// <summary>One after the other.</summary>
    public ReadOnlySpan<float> Directions => _directions.Span;

    /// <summary>Makes the shadows of a segment whose rows are all written.</summary>
    /// <param name="ranking">The gain and the bias of vectors that follow each other.</param>
    public static SegmentShadows Of(VectorSegment segment, Func<ReadOnlySpan<float>, (float Gain, float Bias)[]> ranking)
    {
        int dimensions = segment.Dimensions, blocks = segment.Capacity / Block;
        float[] directions = Learn(segment);
        double deviation = LeadingDirections.Deviation(directions, ShadowLevel.MaxDirections, dimensions);
        // A sum of D products in float is wrong by less than D · 2⁻²⁴ of the lengths, in each of 63 directions.
        double doubt = deviation < 0.01 ? (Math.Sqrt(ShadowLevel.MaxDirections) * (dimensions + 64) / (1 << 24)) + (4 * deviation) : double.PositiveInfinity;
        ShadowLevel brief = ShadowLevel.Brief(segment.Capacity), full = ShadowLevel.Full(segment.Capacity);
        var biases = new float[blocks];

        float[] y = new float[RowsAtOnce * dimensions], z = new float[RowsAtOnce * ShadowLevel.MaxDirections];
        MatrixView basis = new(directions, ShadowLevel.MaxDirections, dimensions);
        for (int first = 0; first < segment.Capacity; first += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, segment.Capacity - first);
            (float Gain, float Bias)[] ranks = ranking(segment.Rows(first, count));
            for (int i = 0; i < count; i++)
                TensorPrimitives.Multiply(segment.Row(first + i), ranks[i].Gain, y.AsSpan(i * dimensions, dimensions));
            Gemm.Multiply(new MatrixView(y, count, dimensions), basis.Transposed, z, ShadowLevel.MaxDirections);
            for (int i = 0; i < count; i += Block)
            {
                int block = (first + i) / Block;
                brief.Write(block, y.AsSpan(i * dimensions, Block * dimensions), z.AsSpan(i * ShadowLevel.MaxDirections, Block * ShadowLevel.MaxDirections), doubt);
                full.Write(block, y.AsSpan(i * dimensions, Block * dimensions), z.AsSpan(i * ShadowLevel.MaxDirections, Block * ShadowLevel.MaxDirections), doubt);
                biases[block] = ranks.AsSpan(i, Block).ToArray().Max(rank => rank.Bias);
            }
        }

        return new SegmentShadows(doubt, directions, brief, full, biases, file: null);
    }

    /// <summary>What was kept in a file; null when there is none, or one of other rows, or one that is damaged.</summary>
    public static SegmentShadows? Read(string path, VectorSegment segment)
    {
        int dimensions = segment.Dimensions, capacity = segment.Capacity, blocks = capacity / Block;
        MappedFile file;
        try
        {
            if (!File.Exists(path))
                return null;
            file = new MappedFile(path, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or HoneException)
        {
            return null;
        }

        long at = HeaderLength;
        Memory<T> Next<T>(int count)
            where T : unmanaged
        {
            Memory<T> values = file.Elements<T>(at, count);
            at += (long)count * Unsafe.SizeOf<T>();
            return values;
        }

        if (file.Length == LengthOf(dimensions, capacity))
        {
            byte[] header = file.Bytes(0, HeaderLength).ToArray();
            var directions = Next<float>(ShadowLevel.MaxDirections * dimensions);
            ShadowLevel brief = ShadowLevel.Brief(Next<sbyte>(capacity * ShadowTile.Length), Next<float>(2 * blocks));
            ShadowLevel full = ShadowLevel.Full(Next<sbyte>(capacity * ShadowLevel.FullLength), Next<float>(2 * blocks));
            SegmentShadows read = new(BinaryPrimitives.ReadDoubleLittleEndian(header.AsSpan(24)), directions, brief, full, Next<float>(blocks), file);
            if (read.Header(segment).AsSpan().SequenceEqual(header))
                return read;
        }

        file.Dispose();
        return null;
    }

    public void Write(string path, VectorSegment segment) =>
        AtomicFile.Write(path, file =>
        {
            file.Write(Header(segment));
            file.Write(MemoryMarshal.AsBytes(Directions));
            foreach (ShadowLevel level in (ShadowLevel[])[Brief, Full])
            {
                file.Write(MemoryMarshal.AsBytes(level.Codes));
                file.Write(MemoryMarshal.AsBytes(level.Facts));
            }

            file.Write(MemoryMarshal.AsBytes<float>(Biases.Span));
        });

    public void Dispose() => _file?.Dispose();

    static long LengthOf(int dimensions, int capacity) =>
        HeaderLength + ((long)ShadowLevel.MaxDirections * dimensions * sizeof(float)) + ((long)capacity * (ShadowTile.Length + ShadowLevel.FullLength)) + (capacity / Block * 5L * sizeof(float));

    /// <summary>What a file of these shadows begins with: sums of all that follows, and of the rows' own facts, so that no other rows' are taken for them.</summary>
    byte[] Header(VectorSegment segment)
    {
        byte[] header = new byte[HeaderLength];
        BinaryPrimitives.WriteUInt64LittleEndian(header, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), segment.Dimensions);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), segment.Capacity);
        BinaryPrimitives.WriteDoubleLittleEndian(header.AsSpan(24), Doubt);
        uint[] sums =
        [
            Checksum.Of(MemoryMarshal.AsBytes(segment.Errors)), Checksum.Of(MemoryMarshal.AsBytes(segment.Scales)), Checksum.Of(MemoryMarshal.AsBytes(Directions)), Checksum.Of(MemoryMarshal.AsBytes(Brief.Codes)),
            Checksum.Of(MemoryMarshal.AsBytes(Full.Codes)), Checksum.Of(MemoryMarshal.AsBytes(Brief.Facts)), Checksum.Of(MemoryMarshal.AsBytes(Full.Facts)), Checksum.Of(MemoryMarshal.AsBytes<float>(Biases.Span)),
        ];
        MemoryMarshal.AsBytes(sums.AsSpan()).CopyTo(header.AsSpan(32));
        return header;
    }

    /// <summary>The directions of a segment's vectors, each of which counts as much: lengths are left out of it.</summary>
    static float[] Learn(VectorSegment segment)
    {
        int dimensions = segment.Dimensions, count = Math.Min(Math.Min(SampleRows, segment.Capacity), SampleFloats / dimensions);
        var sample = new float[count * dimensions];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> row = segment.Row((int)((long)i * segment.Capacity / count));
            float largest = Math.Abs(TensorPrimitives.MaxMagnitude(row));
            if (largest == 0)
                continue;
            Span<float> unit = sample.AsSpan(i * dimensions, dimensions);
            TensorPrimitives.Divide(row, largest, unit);
            TensorPrimitives.Divide(unit, (float)Math.Sqrt(Sums.OfSquaresInDouble(unit)), unit);
        }

        return LeadingDirections.Of(sample, count, dimensions, ShadowLevel.MaxDirections);
    }
}
