using Hone.Engine.Kernels;

namespace Hone.Engine.Neighbours;

/// <summary>One bit for each number of a segment's rotated vectors: its sign. From these the key of a row is estimated, with an error that is bounded with a probability (RaBitQ: Gao and Long, SIGMOD 2024).</summary>
/// <remarks>
/// With s for the signs of the rotated y, of length 1: q·y ≈ ‖y‖ · (s·q) / (s·y/‖y‖), wrong by about ‖y‖ · ‖q‖ · √((1 − (s·y)²/‖y‖²) / (s·y)² · ‖y‖²) / √D.
/// Sixty-four rows lie together: a byte of each, then the next, so that a register looks up four numbers of all of them at once.
/// </remarks>
sealed class SegmentSigns
{
    /// <summary>Longer vectors would not be summed in 16 bits.</summary>
    public const int MaxDimensions = 2048;

    /// <summary>Rows that lie together.</summary>
    public const int Block = 64;

    readonly Memory<byte> _codes;
    readonly Memory<float> _facts;

    SegmentSigns(SignRotation rotation, int capacity)
    {
        Rotation = rotation;
        _codes = AlignedMemory.Allocate<byte>(capacity * RowBytes);
        _facts = AlignedMemory.Allocate<float>(3 * capacity);
    }

    public SignRotation Rotation { get; }

    /// <summary>Bytes of a row.</summary>
    public int RowBytes => Rotation.Length / 8;

    public static SegmentSigns Of(VectorSegment segment, Func<ReadOnlySpan<float>, (float Gain, float Bias)[]> ranking)
    {
        SegmentSigns signs = new(new SignRotation(segment.Dimensions), segment.Capacity);
        var rotated = new float[signs.Rotation.Length];
        for (int block = 0; block < segment.Capacity; block += Block)
        {
            (float Gain, float Bias)[] ranks = ranking(segment.Rows(block, Block));
            Span<byte> codes = signs._codes.Span.Slice(block * signs.RowBytes, Block * signs.RowBytes);
            Span<float> facts = signs._facts.Span.Slice(block * 3, Block * 3);
            for (int row = 0; row < Block; row++)
            {
                signs.Rotation.Apply(segment.Row(block + row), rotated);
                double sum = 0;
                for (int i = 0; i < rotated.Length; i += 8)
                {
                    int bits = 0;
                    for (int j = 0; j < 8; j++)
                    {
                        bits |= rotated[i + j] > 0 ? 1 << j : 0;
                        sum += Math.Abs(rotated[i + j]);
                    }

                    codes[(i / 8 * Block) + row] = (byte)bits;
                }

                // With n numbers: s·y = Σ|y| / √n, and so the estimate is (Σ ±q) · ‖y‖² / Σ|y|.
                double squares = Sums.OfSquaresInDouble(segment.Row(block + row)), gain = ranks[row].Gain;
                double step = sum > 0 ? squares / sum : 0, missed = Math.Max(0, (step * step * rotated.Length) - squares);
                int place = PlaceOf(row);
                facts[place] = (float)(gain * step);
                facts[Block + place] = (float)(gain * Math.Sqrt(missed / rotated.Length));
                facts[(2 * Block) + place] = ranks[row].Bias;
            }
        }

        return signs;
    }

    /// <summary>The bytes of a block's rows.</summary>
    public ReadOnlySpan<byte> Codes(int block) => _codes.Span.Slice(block * Block * RowBytes, Block * RowBytes);

    /// <summary>Of a block's rows, in the order of <see cref="PlaceOf"/>: what Σ ±q is multiplied with, the error for a query of length 1, and the bias.</summary>
    public ReadOnlySpan<float> Facts(int block) => _facts.Span.Slice(block * Block * 3, Block * 3);

    /// <summary>Even rows first: the sums of even and odd rows are in two registers.</summary>
    public static int PlaceOf(int row) => (row / 2) + (row % 2 * Block / 2);

    public static int RowOf(int place) => place < Block / 2 ? 2 * place : (2 * (place - (Block / 2))) + 1;
}
