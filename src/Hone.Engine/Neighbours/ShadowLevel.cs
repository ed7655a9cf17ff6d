using Hone.Engine.Kernels;

namespace Hone.Engine.Neighbours;

/// <summary>Shadows of one length: codes of all rows, and for each block of rows their scale and their greatest error.</summary>
sealed class ShadowLevel
{
    /// <summary>Numbers of the full shadow: a cache line.</summary>
    public const int FullLength = 64;

    /// <summary>Directions that there are; the brief shadow has the first of them.</summary>
    public const int MaxDirections = FullLength - 1;

    /// <summary>Beyond these lengths float would overflow or vanish: such rows are looked at in any case.</summary>
    const double MinLength = 1e-15, MaxLength = 1e15;

    const int MaxCode = 127;

    readonly Memory<sbyte> _codes;
    readonly Memory<float> _facts;
    readonly bool _isTiled;

    ShadowLevel(Memory<sbyte> codes, Memory<float> facts, int length)
    {
        (_codes, _facts, Length) = (codes, facts, length);
        _isTiled = length == ShadowTile.Length;
    }

    /// <summary>Numbers of a shadow: those of the directions, and the length of the rest.</summary>
    public int Length { get; }

    public ReadOnlySpan<sbyte> Codes => _codes.Span;

    /// <summary>The scales of the blocks, then their errors.</summary>
    public ReadOnlySpan<float> Facts => _facts.Span;

    public ReadOnlySpan<float> Scales => Facts[..(Facts.Length / 2)];

    public ReadOnlySpan<float> Errors => Facts[(Facts.Length / 2)..];

    public static ShadowLevel Brief(int rows) => Brief(AlignedMemory.Allocate<sbyte>(rows * ShadowTile.Length), new float[2 * rows / SegmentShadows.Block]);

    public static ShadowLevel Full(int rows) => Full(AlignedMemory.Allocate<sbyte>(rows * FullLength), new float[2 * rows / SegmentShadows.Block]);

    public static ShadowLevel Brief(Memory<sbyte> codes, Memory<float> facts) => new(codes, facts, ShadowTile.Length);

    public static ShadowLevel Full(Memory<sbyte> codes, Memory<float> facts) => new(codes, facts, FullLength);

    /// <summary>The length of what lies outside of the directions, rounded up.</summary>
    /// <param name="squares">‖y‖²</param>
    /// <param name="seen">‖U·y‖², computed.</param>
    public static double Rest(double squares, double seen, double doubt) => (Math.Sqrt(Math.Max(0, squares - seen) + (4 * doubt * squares)) * 1.000001) + float.Epsilon;

    /// <summary>Writes the shadows of a block.</summary>
    /// <param name="y">[64, dimensions]</param>
    /// <param name="z">[64, 63]: U·y.</param>
    public void Write(int block, ReadOnlySpan<float> y, ReadOnlySpan<float> z, double doubt)
    {
        const int Rows = SegmentShadows.Block;
        int dimensions = y.Length / Rows, directions = Length - 1, first = block * Rows;
        Span<sbyte> codes = _codes.Span;
        Span<double> rests = stackalloc double[Rows];
        double largest = 0, longest = 0;
        for (int row = 0; row < Rows; row++)
        {
            double squares = Sums.OfSquaresInDouble(y.Slice(row * dimensions, dimensions));
            ReadOnlySpan<float> seen = z.Slice(row * MaxDirections, directions);
            rests[row] = Rest(squares, Sums.OfSquaresInDouble(seen), doubt);
            // Not Math.Max alone, which a row that is not finite must pass through.
            longest = Math.Max(longest, Math.Sqrt(squares));
            largest = Math.Max(largest, rests[row]);
            foreach (float value in seen)
                largest = Math.Max(largest, Math.Abs(value));
        }

        bool isUsable = longest == 0 || (largest >= MinLength && longest <= MaxLength);
        float scale = isUsable ? (float)(largest / MaxCode) * 1.000001f : 0;
        double worst = isUsable ? 0 : double.PositiveInfinity;
        for (int row = 0; row < Rows; row++)
        {
            double squares = 0;
            for (int i = 0; i < directions; i++)
            {
                double value = z[(row * MaxDirections) + i], code = scale > 0 ? Math.Round(value / scale) : 0;
                squares += ((code * scale) - value) * ((code * scale) - value);
                codes[IndexOf(first + row, i)] = (sbyte)code;
            }

            codes[IndexOf(first + row, directions)] = scale > 0 ? (sbyte)Math.Min(MaxCode, Math.Ceiling(rests[row] / scale)) : (sbyte)0;
            worst = Math.Max(worst, Math.Sqrt(squares));
        }

        int blocks = _facts.Length / 2;
        _facts.Span[block] = scale;
        _facts.Span[blocks + block] = (float)((worst + (doubt * longest)) * 1.000001);
    }

    int IndexOf(int row, int number) => _isTiled ? ShadowTile.IndexOf(row, number) : (row * Length) + number;
}
